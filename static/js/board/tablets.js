// Who has a tablet connected, and which of the tablets have the newest document: for those who run the meeting only.

import { tiles, written } from "./tiles.js";

const line = document.querySelector("[data-tablets-line]");

/** "none" without a tablet, "behind" when one of them has not the newest document yet, else "current". */
export function tabletsAt(tile) {
  const { tablets, current } = tile.dataset;
  if (tablets === "0") return "none";
  return tablets === current ? "current" : "behind";
}

/** Take over what was counted: {newest, places: {code: [tablets, current]}}. Returns the codes of the tiles that changed. */
export function setTablets({ newest, places }) {
  const changed = new Set();
  if (!line) return changed;
  for (const tile of tiles) {
    const [tablets, current] = (places[tile.dataset.code] ?? [0, 0]).map(String);
    if (tile.dataset.tablets === tablets && tile.dataset.current === current) continue;
    Object.assign(tile.dataset, { tablets, current });
    changed.add(tile.dataset.code);
  }
  const states = tiles.map(tabletsAt);
  const values = {
    connected: states.filter((state) => state !== "none").length,
    current: states.filter((state) => state === "current").length,
    expected: tiles.length,
  };
  const { saidNone, saidConnected, saidCurrent } = line.dataset;
  const words = values.connected ? (newest ? saidCurrent : saidConnected) : saidNone;
  line.querySelector("[data-tablets-said]").textContent = words.replace(/{(\w+)}/g, (_, key) => written(values[key]));
  return changed;
}
