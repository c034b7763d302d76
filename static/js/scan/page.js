// The usher's page: camera, keyboard, hand-held reader or list → a scan with a number of its own → kept on the device →
// sent → answered. What is on the screen follows; nothing that was scanned is ever only on the screen.

import { now } from "../lib/clock.js";
import { connect } from "../lib/stream.js";
import { createCamera } from "./camera.js";
import { codeIn, kindOf } from "./codes.js";
import { keepIcons } from "./icons.js";
import { showQueue } from "./footer.js";
import { givePanelsTheCamera, openPanel } from "./panels.js";
import { createPeople } from "./people.js";
import { createReader } from "./reader.js";
import { settleChoices, showAnswer, showKept, showLocal, showStarted, showWaiting } from "./result.js";
import { createSender } from "./sender.js";
import { openStore } from "./store.js";
import { newId } from "./identity.js";
import { keepAwake } from "../wake.js";

const page = document.querySelector("[data-scan]");
const { user, meeting, endpoint } = page.dataset;
const ANSWER_WITHIN = 2500;

const store = await openStore();
let state = { state: "idle" };
let number = 0;
const answers = new Map(); // how to go on when a scan of this visit is answered
let questioned = null; // the scan that was refused because the person belongs elsewhere

const sender = createSender({
  user,
  address: page.dataset.address,
  token: () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"],
  store,
  onAnswer(entry, answer) {
    answers.get(entry.op_id)?.();
    answers.delete(entry.op_id);
    if (entry.meeting === meeting && entry.endpoint === endpoint) {
      if (answer.reason === "other_endpoint") questioned = { entry, answer };
      showAnswer(entry, answer);
    }
    refresh();
  },
  onState(next) {
    state = next;
    refresh();
  },
});

async function refresh() {
  const waiting = await store.waiting();
  const mine = waiting.filter((entry) => entry.user === user);
  showQueue({
    state,
    waiting: mine.length,
    others: waiting.length - mine.length,
    sent: await store.sent(`${user}:${meeting}`),
    kept: store.kept,
  });
}

async function take(what) {
  const at = now();
  number += 1;
  const entry = { op_id: newId(), user, meeting, endpoint, scanned_at: new Date(at).toISOString(), at, number, ...what };
  const answered = new Promise((resolve) => answers.set(entry.op_id, resolve));
  await store.add(entry);
  showStarted(entry);
  sender.flush();
  const patience = new Promise((resolve) => setTimeout(resolve, navigator.onLine ? ANSWER_WITHIN : 0));
  await Promise.race([answered, patience]);
  if (answers.has(entry.op_id)) showWaiting(entry);
  navigator.storage?.persist?.();
}

function takeCode(text) {
  const code = codeIn(text);
  const kind = kindOf(code, meeting);
  if (kind === "personal") take({ method: "personal_qr", code });
  else showLocal(kind, { op_id: newId(), endpoint, scanned_at: new Date(now()).toISOString() });
}

function forms() {
  const code = document.querySelector('[data-panel="code"]');
  code.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = code.elements.code.value;
    code.reset();
    code.elements.code.focus();
    if (text.trim()) takeCode(text);
  });
  const reason = document.querySelector('[data-panel="reason"]');
  document.querySelector("[data-take]").addEventListener("click", () => {
    const { person } = questioned.answer;
    reason.querySelector("[data-reason-name]").textContent = person.full_name;
    const words = reason.querySelector("[data-reason-words]");
    words.textContent = words.dataset.words.replace("{place}", person.place);
    openPanel("reason");
  });
  reason.addEventListener("submit", (event) => {
    event.preventDefault();
    const { code: text, participant, method } = questioned.entry;
    take({ method, code: text, participant, elsewhere: reason.elements.reason.value.trim(), name: questioned.answer.person.full_name });
    leave();
  });
  for (const button of document.querySelectorAll("[data-leave]")) button.addEventListener("click", leave);

  function leave() {
    reason.reset();
    settleChoices();
    openPanel(null);
  }
}

function eyes() {
  const video = document.querySelector("[data-video]");
  const turn = document.querySelector("[data-switch]");
  const torch = document.querySelector("[data-torch]");
  const notes = [...document.querySelectorAll("[data-note]")];
  const reader = createReader({ video, worker: page.dataset.worker, library: page.dataset.reader, wasm: page.dataset.wasm, onCode: takeCode });
  const camera = createCamera(video, (eye, { several, torch: light }) => {
    for (const note of notes) note.hidden = note.dataset.note !== eye;
    turn.hidden = !several;
    torch.hidden = !light;
    torch.setAttribute("aria-pressed", "false");
    if (eye === "on") reader.start();
    else reader.stop();
  });
  turn.addEventListener("click", () => camera.turnRound());
  torch.addEventListener("click", async () => {
    torch.setAttribute("aria-pressed", String(await camera.light(torch.getAttribute("aria-pressed") !== "true")));
  });
  givePanelsTheCamera(camera);
  camera.start();
}

function counts() {
  const present = document.querySelector("[data-present]");
  const numbers = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-US" : "vi-VN");
  connect({
    stream: `/ws/meetings/${meeting}/`,
    after: Number(page.dataset.seq),
    onEvent({ kind, data }) {
      const mine = kind === "attendance.counted" && data.rows.find((row) => row.id === endpoint);
      if (mine) present.textContent = numbers.format(mine.present);
    },
    onStatus: (name) => (name === "live" || name === "polling") && sender.flush(),
    // Figures of a page that slept too long: nothing is lost by loading it again, what waits is on the device.
    onGap: () => location.reload(),
  });
}

keepIcons();
forms();
createPeople({
  address: page.dataset.people,
  endpoint,
  onChosen: ({ participant, name }) => take({ method: "manual", participant, name }),
});
for (const entry of (await store.waiting()).filter((one) => one.user === user && one.meeting === meeting).slice(-5)) showKept(entry);
eyes();
counts();
keepAwake();
refresh();
sender.flush();
