// A button that has been pressed: it keeps its width, says what is going on (data-busy) and cannot be pressed again.

const labels = new WeakMap();

export function busy(button) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.style.width = `${button.getBoundingClientRect().width}px`;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  if (button.dataset.busy) {
    labels.set(button, [...button.childNodes]);
    button.replaceChildren(button.dataset.busy);
  }
}

export function ready(button) {
  button.style.width = "";
  button.removeAttribute("aria-busy");
  button.removeAttribute("aria-disabled");
  const label = labels.get(button);
  if (label) button.replaceChildren(...label);
  labels.delete(button);
}

document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest?.('button[aria-busy="true"]')) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  true,
);
