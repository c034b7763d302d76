// Shows what became of a scan: the field, the list of the last five. Words stand in templates of the page.

import { signal } from "./signals.js";

const SHOWN = 5;
const PATTERNS = { already: "dots", elsewhere: "lines", invalid: "mesh" };

const field = document.querySelector("[data-result]");
const said = field.querySelector("[data-said]");
const choices = field.querySelector("[data-choices]");
const list = document.querySelector("[data-last]");
const rowTemplate = document.querySelector("template[data-row]");

export function clock(moment) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" }).format(new Date(moment));
}

function templateOf(name) {
  return document.querySelector(`template[data-answer="${name}"]`) ?? document.querySelector('template[data-answer="invalid_code"]');
}

/** Which template fits an answer of the office. */
function nameOf(answer) {
  return answer.result === "refused" ? answer.reason : answer.result;
}

function put(root, selector, text) {
  const element = root.querySelector(selector);
  if (element) element.textContent = text;
}

function post(person) {
  if (!person) return "";
  const { position, unit } = person;
  return !unit || position.includes(unit) ? position : [position, unit].filter(Boolean).join(", ");
}

function fill(root, entry, answer) {
  put(root, "[data-name]", answer?.person?.full_name ?? entry.name ?? "");
  put(root, "[data-post]", post(answer?.person));
  const first = root.querySelector("[data-first]");
  if (first && answer?.first) {
    const words = answer.first.endpoint === entry.endpoint ? first.dataset.here : first.dataset.there;
    first.textContent = words.replace("{time}", clock(answer.first.at)).replace("{place}", answer.first.place);
  }
  const invited = root.querySelector("[data-invited]");
  if (invited && answer?.person) invited.textContent = invited.dataset.words.replace("{place}", answer.person.place);
  const flagged = root.querySelector("[data-flagged]");
  if (flagged) flagged.hidden = !answer?.flagged;
}

function draw(name, entry, answer) {
  const template = templateOf(name);
  const { look } = template.dataset;
  const content = template.content.cloneNode(true);
  fill(content, entry, answer);
  field.className = `scan-result scan-${look} ${PATTERNS[look] ?? ""}`.trim();
  field.dataset.op = entry.op_id;
  said.replaceChildren(content);
  choices.hidden = name !== "other_endpoint";
  return look;
}

function row(name, entry, answer) {
  const template = templateOf(name);
  const item = rowTemplate.content.firstElementChild.cloneNode(true);
  item.className = `last-${template.dataset.look}`;
  item.dataset.op = entry.op_id;
  item.querySelector("[data-icon]").append(template.content.querySelector("svg").cloneNode(true));
  const person = answer?.person?.full_name ?? entry.name;
  put(item, "[data-name]", person ?? template.dataset.unnamed ?? "");
  if (person) put(item, "[data-word]", `, ${template.content.querySelector("strong").textContent}`);
  const time = item.querySelector("time");
  time.dateTime = entry.scanned_at;
  time.textContent = clock(entry.scanned_at);
  const old = list.querySelector(`[data-op="${entry.op_id}"]`);
  if (old) old.replaceWith(item);
  else list.prepend(item);
  while (list.children.length > SHOWN) list.lastElementChild.remove();
}

/** A scan was made here and is on its way. */
export function showStarted(entry) {
  row("checking", entry);
  draw("checking", entry);
}

/** No answer yet: say only what is certain. */
export function showWaiting(entry) {
  const name = entry.participant ? "waiting_by_hand" : "waiting";
  row(name, entry);
  if (field.dataset.op === entry.op_id) signal(draw(name, entry));
}

/** Waiting scans of an earlier visit to the page: only their rows. */
export function showKept(entry) {
  row(entry.participant ? "waiting_by_hand" : "waiting", entry);
}

/** The office has answered. The field changes only while it still shows this scan. */
export function showAnswer(entry, answer) {
  row(nameOf(answer), entry, answer);
  if (field.dataset.op === entry.op_id) signal(draw(nameOf(answer), entry, answer));
}

/** Told by the form of the code alone; nothing was sent. */
export function showLocal(name, entry) {
  row(name, entry);
  signal(draw(name, entry));
}

/** The usher leaves it at that. */
export function settleChoices() {
  choices.hidden = true;
}
