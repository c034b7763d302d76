// One tile per endpoint: its figures live in its data attributes; what is seen and said is drawn from them.

const ENOUGH = 0.85;

const board = document.querySelector("[data-board]");
const numbers = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-US" : "vi-VN");

export const tiles = [...board.querySelectorAll("[data-tiles] .tile")];
const byCode = new Map(tiles.map((tile) => [tile.dataset.code, tile]));

export function tileOf(code) {
  return byCode.get(code);
}

/** {present, expected, missing, share, short} of a tile. */
export function figuresOf(tile) {
  const present = Number(tile.dataset.present);
  const expected = Number(tile.dataset.expected);
  const share = expected ? present / expected : 1;
  return { present, expected, missing: Math.max(expected - present, 0), share, short: share < ENOUGH };
}

function draw(tile) {
  const { present, expected, missing, share, short } = figuresOf(tile);
  const state = short ? "short" : expected ? "good" : "none";
  tile.classList.toggle("tile-short", short);
  tile.classList.toggle("lines", short);
  tile.classList.toggle("tile-good", state === "good");
  tile.classList.toggle("tile-uncounted", state === "none");
  tile.querySelector(".num b").textContent = present;
  tile.querySelector(".tile-bar rect").setAttribute("width", `${expected ? Math.min(share, 1) * 100 : 0}%`);
  const words = { short: board.dataset.saidShort, good: board.dataset.saidGood, none: board.dataset.saidNone }[state];
  tile.querySelector(".tile-said").textContent = words.replace("{missing}", missing);
}

/** Take over the present figures of some endpoints: rows of {id, present}. */
export function setPresent(rows) {
  for (const { id, present } of rows) {
    const tile = byCode.get(id);
    if (!tile || Number(tile.dataset.present) === present) continue;
    tile.dataset.present = present;
    draw(tile);
  }
}

/** The sums of all tiles: {present, expected, enough, short}. */
export function sums() {
  const sum = { present: 0, expected: 0, enough: 0, short: 0 };
  for (const tile of tiles) {
    const { present, expected, short } = figuresOf(tile);
    sum.present += present;
    sum.expected += expected;
    if (short) sum.short += 1;
    else if (expected) sum.enough += 1;
  }
  return sum;
}

export function written(number) {
  return numbers.format(number);
}
