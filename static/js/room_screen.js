// The room screen: a new code every 30 seconds by the server's clock, the seconds left, who is there. When the line is
// lost the old code stays until its time is over, then it is greyed out: a code that cannot be used must not be offered.

import { hourMinute, now, setClock } from "./lib/clock.js";
import { connect } from "./lib/stream.js";
import { keepAwake } from "./wake.js";

const STEP = 30;
const GRACE = 2500; // how long the new code may be on its way before the old one is called old
const RETRY = 3000;
const IDLE = 30000;

const room = document.querySelector("[data-room]");
const idle = "idle" in room.dataset;
const numbers = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-US" : "vi-VN");
const part = (name) => room.querySelector(`[data-${name}]`);

let replacedAt = Date.parse(room.dataset.replacedAt ?? "");
let lostSince = null;
let timer = 0;

function lost() {
  lostSince ??= now();
  part("lost").hidden = false;
  part("lost-words").textContent = part("lost").dataset.words.replace("{time}", hourMinute(lostSince));
}

function found() {
  lostSince = null;
  part("lost").hidden = true;
}

function setCounts(present, expected) {
  part("present").textContent = numbers.format(present);
  part("expected").textContent = numbers.format(expected);
  part("missing").textContent = numbers.format(Math.max(expected - present, 0));
  room.dataset.expected = expected;
}

function draw(svg) {
  const picture = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  part("code").replaceChildren(document.importNode(picture, true));
}

/** The code of this moment; another meeting, or none any more, is another page. */
async function fetchCode() {
  clearTimeout(timer);
  try {
    const sent = performance.now();
    const response = await fetch(room.dataset.source, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
    if (response.redirected || response.status === 401 || response.status === 403) {
      location.reload();
      return;
    }
    if (response.status >= 500) throw new Error(response.statusText);
    const answer = await response.json();
    // Half of the way there and back is the best guess of the age of the answer.
    setClock(Date.parse(answer.now) + (performance.now() - sent) / 2);
    found();
    if (idle ? response.ok : !response.ok || String(answer.meeting) !== room.dataset.meeting) {
      location.reload();
      return;
    }
    if (!idle) {
      draw(answer.svg);
      replacedAt = Date.parse(answer.replaced_at);
      room.dataset.status = answer.status;
      setCounts(answer.present, answer.expected);
      tick();
    }
    timer = setTimeout(fetchCode, idle ? IDLE : Math.max(replacedAt - now() + 150, 250));
  } catch {
    lost();
    timer = setTimeout(fetchCode, RETRY);
  }
}

function tick() {
  const left = Math.min(STEP, Math.max(0, Math.ceil((replacedAt - now()) / 1000)));
  const old = now() > replacedAt + GRACE;
  part("seconds").textContent = left;
  // The gap begins at the top and grows clockwise.
  part("ring").setAttribute("stroke-dasharray", `${left} ${STEP}`);
  part("ring").setAttribute("stroke-dashoffset", left - STEP);
  part("old").hidden = !old;
  part("code").classList.toggle("is-old", old);
  part("lasts").hidden = lostSince !== null;
  begins();
}

function begins() {
  const line = part("begins");
  const minutes = Math.ceil((Date.parse(room.dataset.startsAt) - now()) / 60000);
  const late = room.dataset.status === "open" ? line.dataset.after : line.dataset.due;
  const words = minutes > 0 ? line.dataset.before : late;
  const text = words.replace("{time}", line.dataset.time).replace("{minutes}", numbers.format(minutes));
  if (line.textContent !== text) line.textContent = text;
}

function follow() {
  connect({
    stream: `/ws/meetings/${room.dataset.meeting}/`,
    after: Number(room.dataset.seq),
    onEvent({ kind, data }) {
      if (kind.startsWith("meeting.")) fetchCode();
      const mine = kind === "attendance.counted" && data.rows.find((row) => row.id === room.dataset.endpoint);
      if (mine) setCounts(mine.present, Number(room.dataset.expected));
    },
    onGap: () => location.reload(),
  });
}

setClock(room.dataset.now);
keepAwake();
addEventListener("online", fetchCode);
if (idle) timer = setTimeout(fetchCode, IDLE);
else {
  room.dataset.expected = part("expected").textContent.replace(/\D/g, "");
  tick();
  setInterval(tick, 1000);
  follow();
  timer = setTimeout(fetchCode, Math.max(replacedAt - now() + 150, 250));
}
