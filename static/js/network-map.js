// The map: one tab stop, arrows go to the nearest point that way, Enter opens. What was unfolded stays so when the
// server sends the network anew.

const HEADINGS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
let folds = new Map();

const points = () => [...document.querySelectorAll("[data-map] .point")];

function middle(point) {
  const box = point.querySelector("rect, path, circle").getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function settle() {
  const all = points();
  const focused = all.find((each) => each === document.activeElement);
  (focused ?? all[0])?.setAttribute("tabindex", "0");
}

function nearest(from, [right, down]) {
  const here = middle(from);
  let best = null;
  let least = Infinity;
  for (const each of points()) {
    if (each === from) continue;
    const there = middle(each);
    const [x, y] = [there.x - here.x, there.y - here.y];
    const along = x * right + y * down;
    const aside = Math.abs(x * down) + Math.abs(y * right);
    if (along <= 0.5 || aside > 2 * along) continue;
    if (along + 2 * aside < least) [best, least] = [each, along + 2 * aside];
  }
  return best;
}

document.addEventListener("keydown", (event) => {
  const point = event.target.closest?.("[data-map] .point");
  if (!point || !HEADINGS[event.key]) return;
  event.preventDefault();
  const to = nearest(point, HEADINGS[event.key]);
  if (!to) return;
  point.setAttribute("tabindex", "-1");
  to.setAttribute("tabindex", "0");
  to.focus();
});

document.addEventListener("htmx:beforeSwap", () => {
  folds = new Map([...document.querySelectorAll(".tree details")].map((each) => [each.dataset.key, each.open]));
});
document.addEventListener("htmx:afterSettle", () => {
  for (const each of document.querySelectorAll(".tree details")) {
    if (folds.has(each.dataset.key)) each.open = folds.get(each.dataset.key);
  }
  settle();
});
settle();
