// The page of a meeting: the agenda with its documents, patched in place as the events come.

import "./page.js";
import { toast } from "../toast.js";
import { current, following, items, papersOf } from "./agenda.js";
import { forget, forgetBytes, recall } from "./memory.js";
import { follow, written } from "./store.js";
import { clock, fill, put, show } from "./words.js";

const page = document.querySelector("[data-meeting]");
const words = page.querySelector("template[data-words]").dataset;
const arrived = new Set();

function pattern(name) {
  return page.querySelector(`template[data-pattern-${name}]`).content.firstElementChild.cloneNode(true);
}

function field(element, name) {
  return element.querySelector(`[data-field="${name}"]`);
}

function several(n, one, many, values) {
  return fill(n === 1 ? one : many, { n, ...values });
}

/** Let `list` hold one element per row, in their order, each drawn anew; what stays keeps its element and the focus. */
function patch(list, rows, attribute, make, draw) {
  const present = new Map([...list.children].map((element) => [element.dataset[attribute], element]));
  let place = list.firstElementChild;
  for (const row of rows) {
    const id = String(row.id);
    const element = present.get(id) ?? make();
    present.delete(id);
    element.dataset[attribute] = id;
    if (element !== place) list.insertBefore(element, place);
    place = element.nextElementSibling;
    draw(element, row);
  }
  for (const gone of present.values()) gone.remove();
}

function drawPaper(element, row) {
  const read = recall(page.dataset.person, row.id);
  element.dataset.version = row.version;
  element.querySelector("a").href = page.dataset.reader.replace(/\/0\/$/, `/${row.id}/`);
  put(field(element, "title"), row.title);
  put(field(element, "facts"), several(row.pages, words.pagesOne, words.pagesMany, row));
  put(field(element, "memory"), read ? fill(words.memory, { page: read.page }) : "");
  show(field(element, "new"), arrived.has(`${row.id}/${row.version}`) || Boolean(read && read.version < row.version));
}

function drawPapers(list, rows) {
  patch(list, rows, "paper", () => pattern("paper"), drawPaper);
}

function drawStart(element, row, open) {
  const form = element.querySelector("[data-start]");
  if (!form) return;
  const label = form.querySelector("[data-text]");
  form.action = page.dataset.start.replace("/0/", `/${row.id}/`);
  put(label, row.status === "done" ? label.dataset.again : label.dataset.first);
  show(form, open && row.status !== "running");
}

function drawItem(element, item, open) {
  const { row } = item;
  const minutes = several(row.minutes, words.minutesOne, words.minutesMany);
  const since = field(element, "since");
  element.dataset.status = row.status;
  if (row.status === "running") element.setAttribute("aria-current", "step");
  else element.removeAttribute("aria-current");
  put(field(element, "number"), String(item.number));
  put(field(element, "title"), row.title);
  put(field(element, "facts"), [row.presenter, clock(item.startsAt), minutes].filter(Boolean).join(" · "));
  if (row.started_at) put(since.querySelector("[data-text]"), fill(words.since, { time: clock(row.started_at) }));
  show(since, row.status === "running");
  show(field(element, "done"), row.status === "done");
  drawPapers(element.querySelector("[data-papers]"), item.papers);
  drawStart(element, row, open);
}

function drawNext(all, open) {
  const form = page.querySelector("[data-next]");
  if (!form) return;
  const next = following(all);
  if (next) {
    const label = form.querySelector("[data-text]");
    const said = current(all) ? label.dataset.words : label.dataset.wordsFirst;
    form.action = page.dataset.start.replace("/0/", `/${next.row.id}/`);
    put(label, fill(said, { number: next.number, title: next.row.title }));
  }
  show(form, open && next !== null);
}

function drawMeeting(state) {
  const { status, closed_at: closedAt } = state.meeting;
  put(field(page, "title"), state.meeting.title);
  for (const line of page.querySelectorAll("[data-when]")) show(line, line.dataset.when.split(" ").includes(status));
  const ended = page.querySelector("[data-closed-at]");
  if (closedAt) put(ended, fill(ended.dataset.words, { time: clock(closedAt) }));
  const at = state.me.checked_in_at;
  const present = page.querySelector("[data-checked-in]");
  if (at) put(present.querySelector("[data-text]"), fill(present.dataset.words, { time: clock(at) }));
  show(present, Boolean(at));
  show(page.querySelector("[data-not-checked-in]"), !at);
}

function drawPosition(all) {
  const now = current(all);
  const line = page.querySelector("[data-position]");
  put(line, now ? fill(line.dataset.words, { number: now.number, total: all.length }) : "");
}

function draw(state) {
  const all = items(state);
  const open = state.meeting.status === "open";
  drawPosition(all);
  const count = page.querySelector("[data-count]");
  const byRow = new Map(all.map((item) => [item.row.id, item]));
  drawMeeting(state);
  put(count, several(all.length, count.dataset.one, count.dataset.many));
  patch(page.querySelector("[data-agenda]"), all.map((item) => item.row), "item", () => pattern("item"), (element, row) =>
    drawItem(element, byRow.get(row.id), open),
  );
  show(page.querySelector("[data-no-items]"), all.length === 0);
  const whole = page.querySelector("[data-whole]");
  const papers = papersOf(state, null);
  drawPapers(whole.querySelector("[data-papers]"), papers);
  show(whole, papers.length > 0);
  drawNext(all, open);
}

/** A document is withdrawn: say so, and keep nothing of it if it was read here. */
function letGo(row) {
  toast(fill(page.dataset.saidWithdrawn, row));
  if (!recall(page.dataset.person, row.id)) return;
  forget(page.dataset.person, row.id);
  forgetBytes(row);
}

/** Say what the new state brought: a document that is new, has another version, or is gone. */
function tell(after, before) {
  for (const row of Object.values(after.documents)) {
    const known = before.documents[row.id];
    if (known && known.version === row.version) continue;
    arrived.add(`${row.id}/${row.version}`);
    toast(fill(known ? page.dataset.saidReplaced : page.dataset.saidPublished, row));
  }
  for (const row of Object.values(before.documents)) {
    if (!(row.id in after.documents)) letGo(row);
  }
  if (after.me.checked_in_at && !before.me.checked_in_at) {
    toast(fill(page.dataset.saidCheckedIn, { time: clock(after.me.checked_in_at) }));
  }
}

function update(after, before) {
  tell(after, before);
  draw(after);
}

const snapshot = written("state");
draw(snapshot);
const meeting = follow({
  snapshot,
  stream: page.dataset.stream,
  address: page.dataset.stateAddress,
  onEvent: (_event, after, before) => update(after, before),
  onReset: update,
  onEnded: (why) => show(page.querySelector(`[data-notice="${why}"]`), true),
});
addEventListener("pageshow", () => draw(meeting.state));
