// What a drag on the availability grid can be: free space books, a bar moves its meeting, the end of a bar makes it longer
// or shorter. A gesture follows the pointer, and is dropped or undone.

import { change, tell } from "./network-ask.js";
import { clock, dateOf, dayOf, draw, grid, hoursOf, midnightOf, placeAt, step, toStep, within, words } from "./network-hours.js";

const area = document.getElementById("availability");
const rowsShown = () => [...grid().querySelectorAll("[data-code]")].filter((row) => row.checkVisibility());
const trackOf = (bar) => bar.closest(".avail-track");
const timesOf = (bar) => [Number(bar.dataset.start), Number(bar.dataset.end)];

/** Free space of a row, or of rows beside one another, within one day. */
export function booking(event, track) {
  const row = track.closest("[data-code]");
  const pressed = placeAt(event.clientX);
  const [begins, ends] = hoursOf(pressed.day);
  const held = within(begins, toStep(pressed.minute), ends - step());
  let rows = [row];
  let [from, to] = [held, held + step()];
  let drafts = [];
  const undo = () => drafts.forEach((draft) => draft.remove());
  return {
    follow(event) {
      const all = rowsShown();
      const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-code]") ?? rows.at(-1);
      const [a, b] = [all.indexOf(row), all.indexOf(under)].sort((one, other) => one - other);
      rows = all.slice(Math.max(a, 0), b + 1);
      const minute = within(begins, toStep(placeAt(event.clientX).minute), ends);
      [from, to] = [Math.min(held, minute), Math.max(held + step(), minute)];
      undo();
      drafts = rows.flatMap((each) => draw(each.querySelector(".avail-track"), from, to));
      drafts[0].textContent = words(from, to);
      tell(`${words(from, to)}, ${rows.length > 1 ? `${rows.length} ${area.dataset.wordsEndpoints}` : row.dataset.code}`);
    },
    undo,
    drop() {
      const address = new URL(grid().dataset.book, location.href);
      const day = dayOf(from);
      address.searchParams.set("day", dateOf(day));
      address.searchParams.set("from", clock(from));
      // The form knows no end at midnight.
      address.searchParams.set("to", clock(Math.min(to, midnightOf(day + 1) - 1)));
      for (const each of rows) address.searchParams.append("endpoint", each.dataset.code);
      // Whoever comes back finds the grid without the draft.
      addEventListener("pageshow", undo, { once: true });
      location.assign(address);
    },
  };
}

/** Takes these bars of one meeting along; `shifts` tells by how much the pointer shifts the beginning and the end. */
function carrying(bar, bars, shifts) {
  const before = timesOf(bar);
  let after = before;
  let shapes = [];
  const undo = () => {
    for (const shape of shapes.flat()) shape.remove();
    for (const each of bars) each.classList.remove("cell-lifted");
  };
  return {
    follow(event) {
      const [first, last] = shifts(event);
      const asked = [before[0] + first, before[1] + last];
      if (shapes.length && asked.join() === after.join()) return;
      after = asked;
      shapes = bars.map((each, n) => {
        const [from, to] = timesOf(each);
        each.classList.add("cell-lifted");
        return draw(trackOf(each), from + first, to + last, each, shapes[n]);
      });
      tell(`${words(...before)} → ${words(...after)}`);
    },
    undo,
    async drop() {
      if (after.join() === before.join()) undo();
      else await change(bar.dataset, before, after, undo);
    },
  };
}

const barsOf = (bar) => [...grid().querySelectorAll(`[data-booking="${bar.dataset.booking}"]`)];

/**
 * Every bar of the meeting goes along, its line test too. Within its day it moves by steps; on another day it keeps its
 * clock time, wherever in the column it is dropped: a day of a week is too narrow to aim at a day and an hour at once. What
 * lasts beyond midnight moves by days only.
 */
export function moving(event, bar) {
  const pressed = placeAt(event.clientX);
  const [start, end] = timesOf(bar);
  const [begins, ends] = hoursOf(pressed.day);
  const oneDay = dayOf(start) === dayOf(end - 1);
  return carrying(bar, barsOf(bar), (event) => {
    const under = placeAt(event.clientX);
    if (under.day !== pressed.day) return Array(2).fill(midnightOf(under.day - pressed.day));
    if (!oneDay) return [0, 0];
    const least = Math.min(toStep(begins - start, Math.ceil), 0);
    const most = Math.max(toStep(ends - end, Math.floor), 0);
    return Array(2).fill(within(least, toStep(under.minute - pressed.minute), most));
  });
}

/** Longer or shorter: the line test stays where it is. */
export function ending(event, bar) {
  const pressed = placeAt(event.clientX);
  const [start, end] = timesOf(bar);
  const [, ends] = hoursOf(pressed.day);
  const least = Math.min(toStep(start + step() - end, Math.ceil), 0);
  const most = Math.max(toStep(ends - end, Math.floor), 0);
  const bars = barsOf(bar).filter((each) => each.matches("[data-move]"));
  return carrying(bar, bars, (event) => [0, within(least, toStep(placeAt(event.clientX).minute - pressed.minute), most)]);
}
