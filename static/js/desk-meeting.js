// A meeting's page stays true while it is open: each part is asked for again when something happened that it shows.

import { connect } from "./lib/stream.js";

const TOGETHER = 400; // several acts in a moment are one refresh
const NOT_OFTENER_THAN = 2000;
const UNWRITTEN = new Set(["presence"]); // comes and goes every second, and no part that shows everything shows it
const root = document.querySelector("[data-meeting]");
const waiting = new Set();
const refreshed = new Map();
let timer = 0;

/** Somebody is writing, dragging or choosing in this part: it is refreshed when they have done. */
function busy(part) {
  return part.querySelector("[data-editing], .dragged, details[open]") || part.classList.contains("htmx-request");
}

function refresh() {
  timer = 0;
  if (document.visibilityState !== "visible") return; // asked for when somebody looks again
  const now = performance.now();
  let soonest = Infinity;
  for (const id of [...waiting]) {
    const part = document.getElementById(id);
    if (!part) {
      waiting.delete(id);
      continue;
    }
    const rest = (refreshed.get(id) ?? -Infinity) + NOT_OFTENER_THAN - now;
    if (rest > 0 || busy(part)) {
      soonest = Math.min(soonest, Math.max(rest, TOGETHER));
      continue;
    }
    waiting.delete(id);
    refreshed.set(id, now);
    htmx.trigger(part, "refresh");
  }
  if (soonest < Infinity) timer = setTimeout(refresh, soonest);
}

function happened(kind) {
  const noun = kind.split(".")[0];
  for (const part of root.querySelectorAll("[data-part]")) {
    const told = part.dataset.refreshOn.split(" ");
    if ((told.includes("*") && !UNWRITTEN.has(noun)) || told.includes(noun)) waiting.add(part.id);
  }
  if (waiting.size && !timer) timer = setTimeout(refresh, TOGETHER);
}

function everything() {
  for (const part of root.querySelectorAll("[data-part]")) waiting.add(part.id);
  refresh();
}

// An answer that comes while somebody has begun to write or to drag in the part would take it from under their hands.
document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target.closest?.("[data-part]");
  const asked = event.detail.requestConfig?.triggeringEvent?.type === "refresh";
  if (!part || !asked || !part.querySelector("[data-editing], .dragged, details[open]")) return;
  event.detail.shouldSwap = false;
  waiting.add(part.id);
  timer ||= setTimeout(refresh, TOGETHER);
});

document.addEventListener("visibilitychange", () => {
  if (waiting.size && !timer) refresh();
});

// With script the dialogs ask; the forms around their buttons are for those without.
document.addEventListener("click", (event) => {
  if (event.target.closest("form [data-open-dialog]")) event.preventDefault();
});

connect({
  stream: root.dataset.stream,
  after: Number(root.dataset.after),
  onEvent: (event) => happened(event.kind),
  onState: (state) => happened(state.kind),
  onGap: (seq) => {
    everything();
    return seq;
  },
});
