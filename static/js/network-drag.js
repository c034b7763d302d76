// Dragging on the availability grid, by mouse at once and by finger after a long press.
// Nothing is only here: a row's strip and the booking form book, the meeting's own page moves.

import { refuse, tell } from "./network-ask.js";
import { booking, ending, moving } from "./network-gestures.js";
import { grid } from "./network-hours.js";

const LONG_PRESS = 450;
const SLACK = 5;
const EDGE = 8; // pixels at the end of a bar

const area = document.getElementById("availability");
let press = null; // from the pointer's going down to its going up
let byFinger = false;
let asking = false;

// In a week a bar is too short to have an end of its own.
function atItsEnd(bar, event) {
  const { right, width } = bar.getBoundingClientRect();
  return bar.matches(".cell") && width > 3 * EDGE && right - event.clientX <= EDGE;
}

function gestureFor(event) {
  const bar = event.target.closest("[data-move]");
  if (bar) return () => (atItsEnd(bar, event) ? ending : moving)(event, bar);
  const track = event.target.closest("[data-code] > .avail-track");
  if (track && !event.target.closest(".cell, rect") && grid().dataset.book) return () => booking(event, track);
  return null;
}

function take() {
  press.gesture = press.begin();
  press.gesture.follow(press.event);
  grid().classList.add("is-dragging");
}

function stop() {
  clearTimeout(press.timer);
  removeEventListener("pointermove", watch);
  grid()?.classList.remove("is-dragging");
  tell("");
}

function watch(event) {
  if (event.pointerId !== press.event.pointerId) return;
  if (press.gesture) return press.gesture.follow(event);
  const far = Math.hypot(event.clientX - press.event.clientX, event.clientY - press.event.clientY) > SLACK;
  if (!far) return;
  if (byFinger) {
    stop();
    press = null;
  } else {
    take();
    press.gesture.follow(event);
  }
}

area?.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || press || asking) return;
  const begin = gestureFor(event);
  if (!begin) return;
  press = { event, begin };
  byFinger = event.pointerType !== "mouse";
  addEventListener("pointermove", watch);
  if (byFinger) press.timer = setTimeout(take, LONG_PRESS);
});

addEventListener("pointerup", async (event) => {
  if (event.pointerId !== press?.event.pointerId) return;
  const { gesture, givenUp } = press;
  stop();
  press = null;
  if (!gesture) return;
  // The click that follows at once is no click on the link.
  const swallow = (click) => click.preventDefault();
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }));
  if (givenUp) return;
  // Not before: the grid would jump up under the pointer.
  refuse("");
  asking = true;
  try {
    await gesture.drop();
  } finally {
    asking = false;
  }
});

addEventListener("pointercancel", (event) => {
  if (event.pointerId !== press?.event.pointerId) return;
  stop();
  press.gesture?.undo();
  press = null;
});

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !press?.gesture) return;
  press.gesture.undo();
  press.givenUp = true;
  stop();
});

// While a finger drags, the page does not scroll and no menu of the browser opens; a link is not dragged as such.
area?.addEventListener("touchmove", (event) => press?.gesture && event.preventDefault(), { passive: false });
area?.addEventListener("contextmenu", (event) => (press?.gesture || byFinger) && event.preventDefault());
area?.addEventListener("dragstart", (event) => event.preventDefault());
