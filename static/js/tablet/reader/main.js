// The reader: one document, kept up by the meeting's stream. What was loaded stays readable when the line goes; what was
// withdrawn leaves the screen and the device.

import "../page.js";
import { now } from "../../lib/clock.js";
import { size as sizeOf } from "../../upload.js";
import { items } from "../agenda.js";
import { forget, forgetBytes, recall, remember } from "../memory.js";
import { follow, written } from "../store.js";
import { clock, fill, put, show } from "../words.js";
import { bindKeys } from "./keys.js";
import { Pages } from "./pages.js";
import { Search } from "./search.js";
import { Broken, open } from "./source.js";
import { Thumbs } from "./thumbs.js";

const body = document.body;
const { person, meeting: meetingId, document: documentId } = body.dataset;
const scripts = { pdf: body.dataset.pdf, worker: body.dataset.pdfWorker };
const area = body.querySelector("[data-pages-area]");
const thumbsArea = body.querySelector("[data-thumbs]");
const input = body.querySelector("[data-page]");
const loading = body.querySelector("[data-loading]");
const drawer = body.querySelector("[data-drawer]");

let row = written("row");
let newer = null;
let source = null;
let opening = 0;
let saving = 0;
let listed = false;
let startAt = 1;

const notice = (name) => body.querySelector(`[data-notice="${name}"]`);
const field = (name) => body.querySelector(`[data-field="${name}"]`);
const label = (words) => (page) => fill(words, { page });

const thumbs = new Thumbs(thumbsArea, {
  label: label(thumbsArea.dataset.words),
  onChosen: (page) => {
    pages.go(page);
    openDrawer(false);
  },
});
const pages = new Pages(area, {
  label: label(area.dataset.words),
  onPage: turned,
  onLayer: (page) => search.mark(page),
  onFailed: () => {},
});
const search = new Search(body.querySelector("[data-search]"), {
  pages,
  source: () => source,
  opener: body.querySelector("[data-search-open]"),
});

// --- the document -----------------------------------------------------------------------------------------------------

function turned(page) {
  if (document.activeElement !== input) input.value = String(page);
  thumbs.mark(page);
  drawNewer();
  clearTimeout(saving);
  saving = setTimeout(save, 400);
}

function save() {
  if (source) remember(person, documentId, { meeting: meetingId, version: row.version, page: pages.page });
}

function progress(loaded, total) {
  put(loading, fill(loading.dataset.words, { loaded: sizeOf(loaded), total: sizeOf(total) }));
}

async function close() {
  opening += 1;
  clearTimeout(saving);
  const old = source;
  source = null;
  pages.clear();
  thumbs.clear();
  search.forget();
  show(body.querySelector("[data-kept]"), false);
  await old?.close();
}

/** Turn to a page; of a document that is still on its way, begin there. */
function turnTo(page) {
  if (source) pages.go(page);
  else startAt = page;
}

async function load(at) {
  startAt = at;
  await close();
  const mine = opening;
  show(loading, true);
  show(notice("failed"), false);
  show(notice("broken"), false);
  try {
    const opened = await open(row, scripts, (loaded, total) => mine === opening && progress(loaded, total));
    if (mine !== opening) {
      await opened.close();
      return;
    }
    source = opened;
    put(body.querySelector("[data-pages]"), String(opened.pages));
    input.style.width = `${String(opened.pages).length + 0.5}ch`;
    thumbs.show(opened, row.thumbnail);
    await pages.show(opened, startAt);
    show(loading, false);
    opened.whole.then(() => source === opened && show(body.querySelector("[data-kept]"), true)).catch(() => {});
  } catch (error) {
    if (mine !== opening) return;
    show(loading, false);
    show(notice(error instanceof Broken ? "broken" : "failed"), true);
  }
}

function retry() {
  if (!notice("failed").hidden) load(Number(input.value) || 1);
}

// --- what the stream tells --------------------------------------------------------------------------------------------

function drawTitle(state) {
  const item = items(state).find((each) => each.row.id === row.item);
  put(field("title"), row.title);
  put(field("item"), item ? fill(field("item").dataset.words, { number: item.number }) : "");
  put(field("version"), fill(field("version").dataset.words, { version: row.version }));
}

function drawNewer() {
  if (!newer) return;
  const box = notice("replaced");
  const values = { version: newer.version, time: clock(newer.published_at) };
  const strong = box.querySelector("[data-strong]");
  const where = box.querySelector("[data-where]");
  const button = box.querySelector("[data-open-newer]");
  const link = body.querySelector("[data-newer]");
  put(strong, fill(strong.dataset.words, values));
  put(where, fill(where.dataset.words, { version: row.version, page: pages.page }));
  put(button, fill(button.dataset.words, values));
  put(link, fill(link.dataset.words, values));
}

function offerNewer(next) {
  newer = next;
  drawNewer();
  show(notice("replaced"), true);
  show(body.querySelector("[data-newer]"), false);
}

async function openNewer() {
  const old = row;
  row = newer;
  newer = null;
  show(notice("replaced"), false);
  show(body.querySelector("[data-newer]"), false);
  drawTitle(followed.state);
  await load(pages.page);
  forgetBytes(old);
}

/** Nothing is being read yet, or what was asked for is no longer there: the new version is the one to load. */
function takeInstead(next) {
  row = next;
  load(startAt);
}

function gone(why, at) {
  const old = row;
  const told = body.querySelector(`[data-gone-${why}]`);
  const heading = told.querySelector("h2");
  if (heading.dataset.words) put(heading, fill(heading.dataset.words, { time: clock(at) }));
  close();
  forget(person, documentId);
  forgetBytes(old);
  newer = null;
  for (const box of body.querySelectorAll("[data-notice]")) show(box, false);
  show(told, true);
  body.classList.add("reader-closed");
  show(body.querySelector("[data-gone]"), true);
  body.querySelector("[data-gone] a").focus();
}

function back(next) {
  body.classList.remove("reader-closed");
  show(body.querySelector("[data-gone]"), false);
  row = next;
  load(recall(person, documentId)?.page ?? (Number(input.value) || 1));
}

function update(after, before, at) {
  const next = after.documents[documentId];
  if (!next) {
    if (listed) gone("withdrawn", at);
    listed = false;
    return;
  }
  const closed = body.classList.contains("reader-closed");
  listed = true;
  if (closed) back(next);
  else if (next.version === row.version) row = next;
  else if (!source) takeInstead(next);
  else if (next.version !== newer?.version) offerNewer(next);
  if (next.version === row.version) newer = null;
  drawTitle(after);
  if (before.meeting.status === "open" && after.meeting.status === "closed") {
    const strong = notice("closed").querySelector("[data-strong]");
    put(strong, fill(strong.dataset.words, { time: clock(after.meeting.closed_at) }));
    show(notice("closed"), true);
  }
}

const snapshot = written("state");
listed = documentId in snapshot.documents;
const followed = follow({
  snapshot,
  stream: body.dataset.stream,
  address: body.dataset.stateAddress,
  onEvent: (event, after, before) => update(after, before, event.at),
  onReset: (after, before) => update(after, before, now()),
  onReached: retry,
  onEnded: (why) => (why === "revoked" ? gone("revoked", now()) : show(notice("login"), true)),
});

// --- what one presses -------------------------------------------------------------------------------------------------

function openDrawer(wanted) {
  body.classList.toggle("reader-drawer-open", wanted);
  drawer.setAttribute("aria-expanded", String(wanted));
  if (wanted) thumbs.mark(pages.page);
}

function drawZoom() {
  for (const button of body.querySelectorAll("[data-zoom][aria-pressed]")) {
    button.setAttribute("aria-pressed", String(button.dataset.zoom === pages.zoom));
  }
}

function zoom(how) {
  pages.setZoom(how === pages.zoom ? "read" : how);
  drawZoom();
}

drawer.addEventListener("click", () => openDrawer(!body.classList.contains("reader-drawer-open")));
body.querySelector("[data-later]").addEventListener("click", () => {
  show(notice("replaced"), false);
  show(body.querySelector("[data-newer]"), true);
  area.focus();
});
for (const button of body.querySelectorAll("[data-open-newer], [data-newer]")) {
  button.addEventListener("click", () => newer && openNewer());
}
body.querySelector("[data-retry]").addEventListener("click", () => load(Number(input.value) || 1));
body.querySelector("[data-dismiss]").addEventListener("click", () => show(notice("closed"), false));
for (const button of body.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => zoom(button.dataset.zoom));
for (const button of body.querySelectorAll("[data-go]")) {
  button.addEventListener("click", () => pages.go(pages.page + (button.dataset.go === "on" ? 1 : -1)));
}
body.querySelector("[data-page-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  turnTo(Number.parseInt(input.value, 10) || pages.page);
  area.focus();
});
input.addEventListener("focus", () => input.select());
input.addEventListener("blur", () => (input.value = String(source ? pages.page : startAt)));
const night = body.querySelector("[data-night]");
function drawNight() {
  const dark = document.documentElement.dataset.bsTheme === "dark";
  // theme.js does what the button asks for: the next press asks for the other one.
  night.dataset.themeChoice = dark ? "light" : "dark";
  night.setAttribute("aria-pressed", String(dark));
}
new MutationObserver(drawNight).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
drawNight();

addEventListener("online", retry);
addEventListener("pagehide", save);
bindKeys({ area, pages, search, openDrawer, onZoomed: drawZoom });

const asked = Number(new URLSearchParams(location.search).get("page"));
load(asked || recall(person, documentId)?.page || 1);
