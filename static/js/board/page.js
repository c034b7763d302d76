// The board: 208 tiles whose figures change as people come in. Changes are gathered and drawn at most twice a second, told
// to screen readers at most every ten seconds; no tile changes its place.

import { connect } from "../lib/stream.js";
import { filterTiles } from "./filters.js";
import { rove } from "./roving.js";
import { refreshShortList } from "./short_list.js";
import { createStrip } from "./strip.js";
import { setTablets, tabletsAt } from "./tablets.js";
import { figuresOf, setPresent, sums, tileOf, tiles, written } from "./tiles.js";

const DRAW_EVERY = 500;
const TELL_EVERY = 10000;

const board = document.querySelector("[data-board]");
const { meeting } = board.dataset;
const told = document.querySelector("[data-told]");
const strip = createStrip({
  addressOf: (code) => `/meetings/${meeting}/board/${encodeURIComponent(code)}/`,
  onShown: mark,
  onClosed: (code) => roving.choose(tileOf(code)),
});
const roving = rove(board.querySelector("[data-tiles]"), tiles);
const filters = filterTiles({
  isShort: (place) => figuresOf(place.querySelector(".tile")).short,
  tabletsAt: (place) => tabletsAt(place.querySelector(".tile")),
  onApplied: () => roving.settle(),
});

let gathered = new Map();
let drawing = 0;
let telling = 0;

function draw() {
  drawing = 0;
  setPresent(gathered.values());
  const changed = new Set(gathered.keys());
  gathered = new Map();
  const sum = sums();
  document.querySelector("[data-sums] [data-present]").textContent = written(sum.present);
  document.querySelector("[data-enough]").textContent = written(sum.enough);
  document.querySelector("[data-sums] [data-short]").textContent = written(sum.short);
  refreshShortList();
  filters.apply();
  if (changed.has(strip.code())) strip.open(strip.code(), { focus: false });
  telling ||= setTimeout(tell, TELL_EVERY);
}

function mark(code) {
  for (const tile of tiles) {
    if (tile.dataset.code === code) tile.setAttribute("aria-current", "true");
    else tile.removeAttribute("aria-current");
  }
}

function tell() {
  telling = 0;
  const sum = sums();
  const values = { present: written(sum.present), expected: written(sum.expected), short: written(sum.short) };
  told.textContent = told.dataset.words.replace(/{(\w+)}/g, (_, key) => values[key]);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".tile, [data-open-endpoint]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  strip.open(link.dataset.code ?? link.dataset.openEndpoint);
});

mark(strip.code());
filters.apply();
connect({
  stream: `/ws/meetings/${meeting}/`,
  after: Number(board.dataset.seq),
  onEvent({ kind, data }) {
    if (kind !== "attendance.counted") return;
    for (const row of data.rows) gathered.set(row.id, row);
    drawing ||= setTimeout(draw, DRAW_EVERY);
  },
  onState({ kind, data }) {
    if (kind !== "presence.counted") return;
    const changed = setTablets(data);
    if (!changed.size) return;
    filters.apply();
    if (changed.has(strip.code())) strip.open(strip.code(), { focus: false });
  },
  // The log no longer reaches back: the page itself is the snapshot.
  onGap: () => location.reload(),
});
