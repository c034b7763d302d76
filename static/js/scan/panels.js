// What takes the camera's place: typing a code, finding a person, giving a reason. One at a time.

const stage = document.querySelector("[data-stage]");
const panels = [...document.querySelectorAll("[data-panel]")];
const openers = [...document.querySelectorAll("[data-open]")];

let camera = null;

/** The camera is stopped while a panel stands in its place. */
export function givePanelsTheCamera(one) {
  camera = one;
}

export function openPanel(name) {
  for (const panel of panels) panel.hidden = panel.dataset.panel !== name;
  // The button that opened a panel now says that it leads back.
  for (const opener of openers) opener.classList.toggle("is-open", opener.dataset.open === name);
  stage.hidden = name !== null;
  if (name === null) camera?.start();
  else {
    camera?.stop();
    panels.find((panel) => panel.dataset.panel === name)?.querySelector("input")?.focus();
  }
}

export function isOpen(name) {
  return panels.some((panel) => panel.dataset.panel === name && !panel.hidden);
}

for (const opener of openers) {
  opener.addEventListener("click", () => openPanel(isOpen(opener.dataset.open) ? null : opener.dataset.open));
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && stage.hidden) {
    openPanel(null);
    openers[0].focus();
    return;
  }
  // A hand-held reader types: what it writes goes to the field, wherever the focus was.
  const typing = event.target.closest?.("input, select, textarea");
  if (!typing && /^[A-Za-z0-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) openPanel("code");
});
