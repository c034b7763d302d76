// The availability grid: one tab stop, arrows move between rows, ← → fold and unfold and walk along a row's bars, Enter opens.

const STOPS = "summary, a[data-row]";
const BARS = "a[data-cell]";

const gridOf = (element) => element.closest?.("[data-roving]");

function stops(grid) {
  return [...grid.querySelectorAll(STOPS)].filter((each) => each.checkVisibility());
}

function rove(grid, to) {
  for (const each of grid.querySelectorAll(`:is(${STOPS}, ${BARS})[tabindex="0"], summary:not([tabindex]), a[data-row]:not([tabindex])`)) each.tabIndex = -1;
  to.tabIndex = 0;
}

function go(event, to) {
  if (!to) return;
  event.preventDefault();
  rove(gridOf(to), to);
  to.focus();
}

function fold(event, open) {
  const group = event.target.closest("details");
  if (!group || group.open === open) return;
  event.preventDefault();
  group.open = open;
  if (!open) go(event, group.querySelector("summary"));
}

// Along a row: its name, then its bars from left to right.
function along(event, step) {
  const row = event.target.closest(".avail-row");
  const places = [...row.querySelectorAll(`a[data-row], ${BARS}`)];
  const at = places.indexOf(event.target);
  const to = places[at + step];
  if (at < 0 || !to) return false;
  go(event, to);
  return true;
}

/** Make one place of the grid the tab stop; again after the grid was drawn anew. */
export function settle() {
  const grid = document.querySelector("[data-roving]");
  if (!grid) return;
  const first = grid.querySelector("[aria-current] a[data-row]") ?? stops(grid)[0];
  if (first) rove(grid, first);
}

// A telephone has no room for a grid of hours: there the list of endpoints and free times is shown, until one asks.
const narrow = window.matchMedia("(max-width: 599px)").matches;
const address = new URL(location.href);
if (narrow && document.querySelector("[data-roving]") && !address.searchParams.has("view")) {
  address.searchParams.set("view", "table");
  location.replace(address);
}

settle();
document.addEventListener("focusin", (event) => {
  const grid = gridOf(event.target);
  if (grid && event.target.matches(`${STOPS}, ${BARS}`)) rove(grid, event.target);
});
document.addEventListener("keydown", (event) => {
  const grid = gridOf(event.target);
  if (!grid || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = stops(grid);
  const here = event.target.matches(BARS) ? event.target.closest(".avail-row").querySelector("a[data-row]") : event.target;
  const at = all.indexOf(here);
  if (at < 0) return;
  const edge = (index) => all[Math.max(0, Math.min(index, all.length - 1))];
  if (event.key === "ArrowDown") go(event, edge(at + 1));
  else if (event.key === "ArrowUp") go(event, edge(at - 1));
  else if (event.key === "Home") go(event, edge(0));
  else if (event.key === "End") go(event, edge(all.length - 1));
  else if (event.key === "ArrowRight") along(event, 1) || fold(event, true);
  else if (event.key === "ArrowLeft") along(event, -1) || fold(event, false);
});
