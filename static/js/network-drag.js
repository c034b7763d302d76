// Dragging on the day grid, by mouse at once and by finger after a long press: free space books, a bar moves its meeting,
// the end of a bar makes it longer or shorter.
// Nothing is only here: a row's strip and the booking form book, the meeting's own page moves.

import { adopt } from "./toast.js";
import { settle } from "./network.js";

const STEP = 3; // of five minutes: a quarter of an hour
const LONG_PRESS = 450;
const SLACK = 5;
const EDGE = 8; // pixels at the end of a bar

const area = document.getElementById("availability");
const said = document.querySelector("[data-drag-said]");
const now = document.querySelector("[data-drag-now]");
let drag = null;
let pressed = 0;

const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const grid = () => area.querySelector("[data-roving]");
const steps = () => Number(grid().dataset.steps);
const dayBegins = () => Number(grid().dataset.first) * 60;
const timeOf = (step) => clock(dayBegins() + step * 5);
const rowsShown = () => [...grid().querySelectorAll("[data-code]")].filter((row) => row.checkVisibility());

function placeOf(cell) {
  const number = (name) => Number([...cell.classList].find((each) => each.startsWith(name)).slice(name.length));
  return { from: number("from-"), to: number("to-") };
}

function put(cell, from, to) {
  for (const name of [...cell.classList]) if (/^(from|to)-\d+$/.test(name)) cell.classList.remove(name);
  cell.classList.add(`from-${from}`, `to-${to}`);
}

function stepAt(track, x) {
  const box = track.getBoundingClientRect();
  const step = Math.round(((x - box.left) / box.width) * (steps() / STEP)) * STEP;
  return Math.max(0, Math.min(steps(), step));
}

function tell(text) {
  now.textContent = text;
}

/* Booking: free space of a row, or of rows beside one another. */
const booking = {
  begin(event, track) {
    const row = track.closest("[data-code]");
    const step = Math.min(Math.floor(stepAt(track, event.clientX) / STEP) * STEP, steps() - STEP);
    return { kind: booking, track, row, rows: [row], step, from: step, to: step + STEP, drafts: [] };
  },
  follow(event) {
    const all = rowsShown();
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-code]") ?? drag.rows.at(-1);
    const [a, b] = [all.indexOf(drag.row), all.indexOf(under)].sort((one, other) => one - other);
    const step = stepAt(drag.track, event.clientX);
    drag.rows = all.slice(Math.max(a, 0), b + 1);
    drag.from = Math.min(drag.step, step);
    drag.to = Math.max(drag.step + STEP, step);
    booking.draw();
  },
  draw() {
    for (const draft of drag.drafts) draft.remove();
    drag.drafts = drag.rows.map((row) => {
      const draft = document.createElement("span");
      draft.className = `cell cell-draft from-${drag.from} to-${drag.to}`;
      row.querySelector(".avail-track").append(draft);
      return draft;
    });
    const span = `${timeOf(drag.from)}–${timeOf(drag.to)}`;
    drag.drafts[0].textContent = span;
    tell(drag.rows.length > 1 ? `${span}, ${drag.rows.length} ${area.dataset.wordsEndpoints}` : `${span}, ${drag.row.dataset.code}`);
  },
  undo() {
    for (const draft of drag.drafts) draft.remove();
  },
  drop() {
    const address = new URL(grid().dataset.book, location.href);
    address.searchParams.set("day", grid().dataset.day);
    address.searchParams.set("from", timeOf(drag.from));
    address.searchParams.set("to", timeOf(drag.to));
    for (const row of drag.rows) address.searchParams.append("endpoint", row.dataset.code);
    location.assign(address);
  },
};

/* Moving: every bar of the meeting goes along, its line test too. */
const moving = {
  begin(event, cell) {
    const cells = [...grid().querySelectorAll(`[data-booking="${cell.dataset.booking}"]`)];
    const places = cells.map((each) => ({ cell: each, ...placeOf(each) }));
    const start = Number(cell.dataset.start);
    return { kind: moving, cell, places, start, length: Number(cell.dataset.end) - start, x: event.clientX, by: 0 };
  },
  follow(event) {
    const width = drag.cell.closest(".avail-track").getBoundingClientRect().width;
    const quarters = Math.round(((event.clientX - drag.x) / width) * (steps() / STEP));
    const least = Math.ceil((dayBegins() - drag.start) / 15);
    const most = Math.floor((dayBegins() + steps() * 5 - drag.start - drag.length) / 15);
    drag.by = Math.max(Math.min(quarters, Math.max(most, 0)), Math.min(least, 0));
    moving.draw();
  },
  draw() {
    const shift = drag.by * STEP;
    for (const { cell, from, to } of drag.places) {
      const [left, right] = [Math.max(0, from + shift), Math.min(steps(), to + shift)];
      cell.classList.add("cell-moving");
      cell.classList.toggle("cell-outside", right <= left);
      if (right > left) put(cell, left, right);
    }
    const { start, length, by } = drag;
    tell(`${clock(start)}–${clock(start + length)} → ${clock(start + by * 15)}–${clock(start + by * 15 + length)}`);
  },
  undo() {
    for (const { cell, from, to } of drag.places) {
      cell.classList.remove("cell-moving", "cell-outside");
      put(cell, from, to);
    }
  },
  async drop() {
    const { cell, start, by } = drag;
    if (!by) return moving.undo();
    const back = drag;
    const answer = await ask(cell.dataset.move, start + by * 15, cell.dataset.version);
    await settled(answer, back, { address: cell.dataset.move, start });
  },
};

/* Longer or shorter: the line test stays where it is. */
const ending = {
  begin(event, cell) {
    const cells = [...grid().querySelectorAll(`[data-booking="${cell.dataset.booking}"][data-move]`)];
    return { ...moving.begin(event, cell), kind: ending, places: cells.map((each) => ({ cell: each, ...placeOf(each) })) };
  },
  follow(event) {
    const width = drag.cell.closest(".avail-track").getBoundingClientRect().width;
    const quarters = Math.round(((event.clientX - drag.x) / width) * (steps() / STEP));
    const least = Math.ceil((15 - drag.length) / 15);
    const most = Math.floor((dayBegins() + steps() * 5 - drag.start - drag.length) / 15);
    drag.by = Math.max(Math.min(quarters, Math.max(most, 0)), Math.min(least, 0));
    ending.draw();
  },
  draw() {
    for (const { cell, from, to } of drag.places) {
      cell.classList.add("cell-moving");
      put(cell, from, Math.max(from + 1, Math.min(steps(), to + drag.by * STEP)));
    }
    const { start, length, by } = drag;
    tell(`${clock(start)}–${clock(start + length)} → ${clock(start)}–${clock(start + length + by * 15)}`);
  },
  undo: () => moving.undo(),
  async drop() {
    const { cell, start, length, by } = drag;
    if (!by) return moving.undo();
    const back = drag;
    const answer = await ask(cell.dataset.move, start, cell.dataset.version, length + by * 15);
    await settled(answer, back, { address: cell.dataset.move, start, length });
  },
};

/** After an answer: the grid as it is now with a way back, or everything as it was and why. */
async function settled(answer, asked, before) {
  if (answer.ok) {
    await redraw();
    return offerUndo(answer, before);
  }
  drag = asked;
  moving.undo();
  drag = null;
  refuse(answer.said);
}

async function ask(address, minutes, version, length) {
  const body = new FormData();
  body.set("day", grid().dataset.day);
  body.set("start", clock(minutes));
  body.set("version", version);
  if (length) body.set("minutes", length);
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  try {
    const response = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token } });
    const told = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : {};
    return { ok: response.ok, said: told.said ?? area.dataset.wordsFailed, version: told.version };
  } catch {
    return { ok: false, said: area.dataset.wordsFailed };
  }
}

function refuse(text) {
  said.querySelector("[data-text]").textContent = text;
  said.hidden = false;
}

/** The grid as the server has it now: loads, counts and versions follow; what was unfolded stays so. */
async function redraw() {
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("#availability [data-roving]");
  if (!fresh) return location.reload();
  for (const group of fresh.querySelectorAll("details[data-key]")) {
    const before = grid().querySelector(`details[data-key="${CSS.escape(group.dataset.key)}"]`);
    if (before) group.open = before.open;
  }
  grid().replaceWith(document.adoptNode(fresh));
  settle();
}

function offerUndo({ said: text, version }, { address, start, length }) {
  document.querySelectorAll("[data-toast]").forEach((old) => old.remove());
  const toast = document.querySelector("[data-undo-template]").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-text]").textContent = text;
  toast.querySelector("[data-undo]").addEventListener("click", async () => {
    toast.remove();
    const answer = await ask(address, start, version, length);
    if (answer.ok) await redraw();
    else refuse(answer.said);
  });
  document.querySelector("[data-toasts]").append(toast);
  adopt();
}

function atItsEnd(bar, event) {
  const { right, width } = bar.getBoundingClientRect();
  return width > 3 * EDGE && right - event.clientX <= EDGE;
}

function targetOf(event) {
  const bar = event.target.closest("[data-move]");
  if (bar) return () => (atItsEnd(bar, event) ? ending : moving).begin(event, bar);
  const track = event.target.closest("[data-code] > .avail-track");
  if (track && !event.target.closest(".cell") && grid().dataset.book) return () => booking.begin(event, track);
  return null;
}

function start(event, begin) {
  drag = { ...begin(), pointer: event.pointerId };
  grid().classList.add("is-dragging");
  said.hidden = true;
  drag.kind.draw();
}

function stop() {
  clearTimeout(pressed);
  removeEventListener("pointermove", watch);
  grid()?.classList.remove("is-dragging");
  tell("");
}

let origin = null;

function watch(event) {
  if (drag) {
    drag.kind.follow(event);
    return;
  }
  const far = Math.hypot(event.clientX - origin.x, event.clientY - origin.y) > SLACK;
  if (!far) return;
  if (event.pointerType === "mouse") {
    start(origin.event, origin.begin);
    drag.kind.follow(event);
  } else stop();
}

area?.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || drag) return;
  const begin = targetOf(event);
  if (!begin) return;
  origin = { x: event.clientX, y: event.clientY, event, begin };
  addEventListener("pointermove", watch);
  if (event.pointerType !== "mouse") pressed = setTimeout(() => start(event, begin), LONG_PRESS);
});

addEventListener("pointerup", () => {
  stop();
  if (!drag) return;
  const done = drag;
  done.kind.drop();
  drag = null;
  // The click that follows the drop at once is no click on the link.
  const swallow = (click) => click.preventDefault();
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }));
});

addEventListener("pointercancel", () => {
  stop();
  drag?.kind.undo();
  drag = null;
});

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drag) return;
  drag.kind.undo();
  drag = null;
  stop();
});

// While a finger drags, the page does not scroll and no menu of the browser opens; a link is not dragged as such.
area?.addEventListener("touchmove", (event) => drag && event.preventDefault(), { passive: false });
area?.addEventListener("contextmenu", (event) => (drag || origin?.event.pointerType === "touch") && event.preventDefault());
area?.addEventListener("dragstart", (event) => event.preventDefault());
said?.querySelector("[data-drag-close]").addEventListener("click", () => (said.hidden = true));
