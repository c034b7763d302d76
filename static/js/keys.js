// Keys of the desk: "/" search, n new meeting, g then h m c b, ? the list. Off while typing and when switched off.

import { open } from "./dialog.js";

const SECTIONS = { h: "today", m: "network", c: "meetings", b: "reports" };
const PATIENCE = 1200;
let waitingSince = 0;

function typing(element) {
  return element?.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element?.tagName ?? "");
}

function off() {
  try {
    return localStorage.getItem("keys") === "off";
  } catch {
    return false;
  }
}

function press(key) {
  if (Date.now() - waitingSince < PATIENCE) {
    waitingSince = 0;
    document.querySelector(`[data-go="${SECTIONS[key]}"]`)?.click();
    return Boolean(SECTIONS[key]);
  }
  if (key === "g") {
    waitingSince = Date.now();
    return true;
  }
  if (key === "/") {
    const field = [...document.querySelectorAll("[data-search]")].find((one) => one.offsetParent);
    field?.focus();
    field?.select();
    return Boolean(field);
  }
  if (key === "n") {
    const button = document.querySelector("[data-new]");
    button?.click();
    return Boolean(button);
  }
  if (key === "?") {
    list();
    return true;
  }
  return false;
}

function list() {
  const dialog = document.querySelector("[data-keys-dialog]");
  if (!dialog) return;
  dialog.querySelector("[data-keys-on]").checked = !off();
  open(dialog);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open]") || off()) return;
  if (press(event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-keys]")) list();
});

document.querySelector("[data-keys-on]")?.addEventListener("change", (event) => {
  try {
    if (event.target.checked) localStorage.removeItem("keys");
    else localStorage.setItem("keys", "off");
  } catch {
    // storage is closed to us: the choice holds for nothing longer than this page
  }
});
