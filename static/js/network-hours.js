// Where times lie on the availability grid, of one day or of a week. Minutes count from the midnight before its first day.

const DAY = 24 * 60;
const SVG = "http://www.w3.org/2000/svg";

export const grid = () => document.querySelector("#availability [data-roving]");
export const step = () => Number(grid().dataset.step);
const columns = () => [...grid().querySelector(".avail-head").querySelectorAll("[data-column]")];
const first = () => Number(grid().dataset.first) * 60;
const last = () => Number(grid().dataset.last) * 60;

export const dayOf = (minute) => Math.floor(minute / DAY);
export const midnightOf = (day) => day * DAY;
export const toStep = (minutes, round = Math.round) => round(minutes / step()) * step();
export const within = (least, value, most) => Math.max(least, Math.min(value, most));

/** From when to when that day is shown. */
export const hoursOf = (day) => [day * DAY + first(), day * DAY + last()];

/** The day and the minute at this place across the window; beyond the grid, the nearest. */
export function placeAt(x) {
  const boxes = columns().map((column) => column.getBoundingClientRect());
  const day = Math.max(boxes.findLastIndex((box) => box.left <= x), 0);
  const share = within(0, (x - boxes[day].left) / boxes[day].width, 1);
  return { day, minute: day * DAY + first() + share * (last() - first()) };
}

const two = (number) => String(number).padStart(2, "0");

/** 14:00, of the day on which the minute lies, or of one that it ends. */
export function clock(minute, day = dayOf(minute)) {
  const minutes = minute - day * DAY;
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** 2031-12-01 */
export function dateOf(day) {
  const date = new Date(`${grid().dataset.day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() + day);
  return date.toISOString().slice(0, 10);
}

function nameOf(day) {
  const [, month, date] = dateOf(day).split("-");
  return columns()[day]?.dataset.column ?? `${date}/${month}`;
}

/** 14:00–16:00; in a week with the name of the day. */
export function words(from, to) {
  const [day, until] = [dayOf(from), dayOf(to - 1)];
  const end = until === day ? clock(to, day) : `${nameOf(until)} ${clock(to, until)}`;
  return `${nameOf(day)} ${clock(from)}–${end}`.trim();
}

/** Draws on a row what lasts from minute to minute, once for each day: like that bar, else as a draft. `drawn`: the shapes
 * that did so before. */
export function draw(track, from, to, like, drawn = []) {
  const line = track.querySelector(".week-line");
  const parts = columns().flatMap((_column, day) => {
    const [begins, ends] = hoursOf(day);
    const [start, end] = [Math.max(from, begins), Math.min(to, ends)];
    return start < end ? [{ day, start: (start - begins) / (ends - begins), end: (end - begins) / (ends - begins) }] : [];
  });
  for (const shape of drawn.slice(parts.length)) shape.remove();
  return parts.map((part, n) => {
    const shape = drawn[n] ?? (line ? rect(line, like) : cell(track, like));
    (line ? onWeek : onDay)(shape, part);
    return shape;
  });
}

function cell(track, like) {
  const shape = like ? like.cloneNode(true) : document.createElement("span");
  shape.classList.remove("cell-lifted");
  shape.classList.add("cell", like ? "cell-moving" : "cell-draft");
  shape.inert = true;
  track.append(shape);
  return shape;
}

/** Placed by the classes of steps.css, of five minutes each. */
function onDay(shape, { start, end }) {
  const steps = (last() - first()) / 5;
  shape.classList.remove(...[...shape.classList].filter((name) => /^(from|to)-\d+$/.test(name)));
  shape.classList.add(`from-${Math.round(start * steps)}`, `to-${Math.round(end * steps)}`);
}

function rect(line, like) {
  const shape = like ? like.querySelector("rect").cloneNode() : document.createElementNS(SVG, "rect");
  shape.classList.add(like ? "cell-moving" : "cell-draft");
  shape.setAttribute("y", 3);
  shape.setAttribute("height", 21);
  line.append(shape);
  return shape;
}

/** Placed in per cent of the week. */
function onWeek(shape, { day, start, end }) {
  const { left, across } = columns()[day].dataset;
  shape.setAttribute("x", `${Number(left) + start * Number(across)}%`);
  shape.setAttribute("width", `${(end - start) * Number(across)}%`);
}
