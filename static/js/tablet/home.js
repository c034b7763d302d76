// The first page: the meetings that are on, or begin soon, kept up by their streams.

import "./page.js";
import { current, items } from "./agenda.js";
import { lastRead } from "./memory.js";
import { follow, written } from "./store.js";
import { clock, fill, put, show } from "./words.js";

const home = document.querySelector("[data-home]");

function drawEnter(card, state) {
  const button = card.querySelector("[data-enter]");
  const read = lastRead(home.dataset.person, card.dataset.follow, state.documents);
  if (!read) return;
  button.href = button.dataset.reader.replace(/\/0\/$/, `/${read.document}/`);
  put(button.querySelector("[data-label]"), fill(button.dataset.continue, { page: read.page }));
}

function draw(card, state) {
  const all = items(state);
  const now = current(all);
  const line = card.querySelector("[data-current]");
  put(card.querySelector('[data-field="title"]'), state.meeting.title);
  put(line, now ? fill(line.dataset.words, { number: now.number, total: all.length, title: now.row.title }) : "");
  const at = state.me.checked_in_at;
  const present = card.querySelector("[data-checked-in]");
  if (at) put(present.querySelector("[data-text]"), fill(present.dataset.words, { time: clock(at) }));
  show(present, Boolean(at));
  show(card.querySelector("[data-not-checked-in]"), !at);
  show(card, state.meeting.status === "open");
  show(document.getElementById(`coming-${card.dataset.follow}`), state.meeting.status !== "open");
  const on = document.querySelector("[data-follow]:not([hidden])") !== null;
  show(document.querySelector("[data-none-now]"), !on);
  drawEnter(card, state);
}

for (const card of home.querySelectorAll("[data-follow]")) {
  const snapshot = written(`state-${card.dataset.follow}`);
  draw(card, snapshot);
  const meeting = follow({
    snapshot,
    stream: card.dataset.stream,
    address: card.dataset.stateAddress,
    onEvent: (_event, after) => draw(card, after),
    onReset: (after) => draw(card, after),
    onEnded() {
      card.remove();
      meeting.close();
    },
  });
  // Coming back by the browser's arrow: the page read since is the one to go on with.
  addEventListener("pageshow", () => draw(card, meeting.state));
}
