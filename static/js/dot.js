// The connection dot: live, reconnecting, offline since hh:mm. Its words stand in data attributes of the element.

let offlineSince = null;

function clock(date) {
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

/** Show a state on every dot of the page: "live", "reconnecting", "offline", or "quiet" (no dot). */
export function show(state) {
  if (state === "offline") offlineSince ??= new Date();
  else if (state === "live" || state === "quiet") offlineSince = null;
  for (const dot of document.querySelectorAll("[data-connection]")) {
    dot.dataset.state = state;
    const words = state === "quiet" ? "" : (dot.dataset[state] ?? "");
    const text = words.replace("{time}", offlineSince ? clock(offlineSince) : "");
    if (dot.textContent !== text) dot.textContent = text;
  }
}

let streaming = false;

/** A page with a stream of its own drives the dot itself; call this once. */
export function drivenByStream() {
  streaming = true;
}

// Without a stream there is nothing live to claim: only the loss of the line is told.
addEventListener("offline", () => streaming || show("offline"));
addEventListener("online", () => streaming || show("quiet"));
if (!navigator.onLine) show("offline");
