// The connection dot: live, asking every few seconds, reconnecting, offline since hh:mm. Its words stand in data attributes
// of the element.

import { hourMinute, now } from "./lib/clock.js";

const WORST_FIRST = ["offline", "reconnecting", "polling", "live"];
const lines = new Map();
let offlineSince = null;

/** Show a state on every dot of the page; "quiet" is no dot. */
function show(state) {
  if (state === "offline") offlineSince ??= now();
  else if (state !== "reconnecting") offlineSince = null;
  for (const dot of document.querySelectorAll("[data-connection]")) {
    dot.dataset.state = state;
    const words = state === "quiet" ? "" : (dot.dataset[state] ?? "");
    const text = words.replace("{time}", offlineSince ? hourMinute(offlineSince) : "");
    if (dot.textContent !== text) dot.textContent = text;
  }
}

function draw() {
  const states = new Set(lines.values());
  show(WORST_FIRST.find((state) => states.has(state)) ?? "quiet");
}

/** A stream of the page, from now on shown by the dot: { show(state), gone() }. Of several it shows the worst. */
export function line() {
  const mine = {};
  lines.set(mine, "quiet");
  return {
    show(state) {
      lines.set(mine, state);
      draw();
    },
    gone() {
      lines.delete(mine);
      draw();
    },
  };
}

// Without a stream there is nothing live to claim: only the loss of the line is told.
addEventListener("offline", () => lines.size || show("offline"));
addEventListener("online", () => lines.size || show("quiet"));
if (!navigator.onLine) show("offline");
