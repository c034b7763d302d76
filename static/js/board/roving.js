// One tab stop for all tiles; arrows go by what the eye sees, Home and End to the ends, Enter opens (it is a link).

function visible(tiles) {
  return tiles.filter((tile) => tile.offsetParent);
}

/** The tile above or below: of the next row that way, the one whose middle lies nearest. */
function vertical(tiles, from, down) {
  const here = from.getBoundingClientRect();
  let best = null;
  for (const tile of tiles) {
    const place = tile.getBoundingClientRect();
    const rows = down ? place.top - here.top : here.top - place.top;
    if (rows < here.height / 2) continue;
    const distance = rows * 1000 + Math.abs(place.left - here.left);
    if (!best || distance < best.distance) best = { tile, distance };
  }
  return best?.tile;
}

/** tiles: all of them, in order. Returns {choose(tile)}: make a tile the tab stop, with or without focus. */
export function rove(container, tiles) {
  let stop = tiles[0];

  function choose(tile, focus = true) {
    if (!tile) return;
    stop.tabIndex = -1;
    tile.tabIndex = 0;
    stop = tile;
    if (focus) tile.focus();
  }

  /** After tiles were hidden the tab stop may be gone. */
  function settle() {
    if (!stop?.offsetParent) choose(visible(tiles)[0], false);
  }

  for (const tile of tiles) tile.tabIndex = -1;
  if (stop) stop.tabIndex = 0;

  container.addEventListener("focusin", (event) => {
    const tile = event.target.closest(".tile");
    if (tile) choose(tile, false);
  });
  container.addEventListener("keydown", (event) => {
    const from = event.target.closest(".tile");
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    const seen = visible(tiles);
    const at = seen.indexOf(from);
    const next = {
      ArrowRight: () => seen[at + 1],
      ArrowLeft: () => seen[at - 1],
      ArrowDown: () => vertical(seen, from, true),
      ArrowUp: () => vertical(seen, from, false),
      Home: () => seen[0],
      End: () => seen.at(-1),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    choose(next());
  });
  return { choose, settle };
}
