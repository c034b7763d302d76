// What every desk page does: asks before acts that others feel, shows what succeeded, keeps a pressed button in its place.

import "./dot.js";
import { open as openDialog } from "./dialog.js";
import { adopt } from "./toast.js";
import { busy, ready } from "./busy.js";

/* A form (or a button of it) with data-confirm asks first. The safe button has the focus; the verb of the act is on the other. */
const dialog = document.querySelector("[data-confirm-dialog]");
const agreed = new WeakSet();

function wordsOf(form, button) {
  return button?.dataset.confirm ? button.dataset : form.dataset.confirm ? form.dataset : null;
}

async function ask(words) {
  dialog.querySelector("[data-confirm-title]").textContent = words.confirm;
  const text = dialog.querySelector("[data-confirm-text]");
  text.textContent = words.confirmText ?? "";
  text.hidden = !words.confirmText;
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = words.confirmVerb;
  yes.className = words.confirmTone === "plain" ? "btn btn-primary" : "btn btn-danger";
  return (await openDialog(dialog)) === "yes";
}

dialog?.querySelector("[data-confirm-no]").addEventListener("click", () => dialog.close("no"));
dialog?.querySelector("[data-confirm-yes]").addEventListener("click", () => dialog.close("yes"));

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const words = wordsOf(form, event.submitter);
    if (!words || agreed.has(form)) {
      agreed.delete(form);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    ask(words).then((yes) => {
      if (!yes) return button?.focus();
      agreed.add(form);
      form.requestSubmit(button ?? undefined);
    });
  },
  true,
);

/* A pressed button cannot be pressed again; its width stays. */
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.matches("[data-upload]")) return;
  if (event.submitter && event.target.method !== "dialog") setTimeout(() => busy(event.submitter));
});

/* Coming back with the browser's arrow shows the page as it was left: free its buttons. */
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll('[aria-busy="true"]').forEach(ready);
});

/* Menus: Esc closes, a click elsewhere closes, one is open at a time. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/* htmx: after an exchange the focus stays; if its element went, it goes to the heading of the part. */
let focusedBefore = null;
document.addEventListener("htmx:beforeSwap", () => {
  focusedBefore = document.activeElement;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (focusedBefore && focusedBefore !== document.body && !focusedBefore.isConnected && document.activeElement === document.body) {
    const again = focusedBefore.id && document.getElementById(focusedBefore.id);
    const heading = event.target.querySelector?.("h1, h2, h3, [data-heading]");
    const target = again || heading || event.target;
    if (target === heading || target === event.target) target.setAttribute("tabindex", "-1");
    target.focus?.({ preventScroll: true });
  }
  focusedBefore = null;
  adopt();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const button = event.detail.requestConfig?.triggeringEvent?.submitter;
  if (button) busy(button);
});
document.addEventListener("htmx:afterRequest", () => document.querySelectorAll('[aria-busy="true"]').forEach(ready));
/* A refusal (4xx) carries its own message for the place of the act: show it. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { status } = event.detail.xhr;
  if (status === 409 || status === 422 || status === 413 || status === 415) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

/* Whole forms that only choose what is shown are sent as soon as something is chosen. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-send-on-change]");
  form?.requestSubmit();
});

adopt();
