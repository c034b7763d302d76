// The side list of endpoints that are short of people. Rows keep their places while their figures change; what is short
// no more goes, what becomes short comes in where its share belongs.

import { figuresOf, tileOf, tiles, written } from "./tiles.js";

const list = document.querySelector("[data-short-list]");
const none = document.querySelector("[data-short-none]");
const count = document.querySelector("[data-short-count]");
const template = document.querySelector("template[data-short-row]");

function rowOf(tile) {
  const row = template.content.firstElementChild.cloneNode(true);
  const { code, name, where, excused } = tile.dataset;
  row.dataset.shortOf = code;
  const link = row.querySelector("a");
  link.href = tile.getAttribute("href");
  link.dataset.openEndpoint = code;
  row.querySelector("[data-name]").textContent = name;
  row.querySelector("[data-where]").textContent = where;
  row.querySelector("[data-expected]").textContent = tile.dataset.expected;
  const words = row.querySelector("[data-excused]");
  words.textContent = excused === "0" ? "" : words.dataset.words.replace("{count}", excused);
  return row;
}

function insert(row, share) {
  const after = [...list.children].find((other) => figuresOf(tileOf(other.dataset.shortOf)).share > share);
  list.insertBefore(row, after ?? null);
}

export function refreshShortList() {
  const rows = new Map([...list.children].map((row) => [row.dataset.shortOf, row]));
  let short = 0;
  for (const tile of tiles) {
    const figures = figuresOf(tile);
    let row = rows.get(tile.dataset.code);
    if (!figures.short) {
      row?.remove();
      continue;
    }
    short += 1;
    if (!row) {
      row = rowOf(tile);
      insert(row, figures.share);
    }
    row.querySelector("[data-present]").textContent = figures.present;
  }
  none.hidden = short > 0;
  count.textContent = (short === 1 ? count.dataset.one : count.dataset.words).replace("{count}", written(short));
}
