// Toasts tell what succeeded and needs nothing more: 6 s, longer under the pointer or the focus, Esc closes.

const SHOWN_FOR = 6000;

function retire(toast) {
  const shownFor = Number(toast.dataset.shownFor) || SHOWN_FOR;
  let timer = setTimeout(() => toast.remove(), shownFor);
  const hold = () => clearTimeout(timer);
  const release = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), shownFor);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusout", release);
}

/** Start the clocks of toasts that the server wrote into the page. */
export function adopt() {
  for (const toast of document.querySelectorAll("[data-toast]:not([data-adopted])")) {
    toast.dataset.adopted = "";
    retire(toast);
  }
}

/** Show a sentence that the server gave. */
export function toast(text) {
  const copy = document.querySelector("[data-toast-template]").content.firstElementChild.cloneNode(true);
  copy.querySelector("[data-text]").textContent = text;
  document.querySelector("[data-toasts]").append(copy);
  adopt();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector("[data-toasts]")?.lastElementChild?.remove();
});
