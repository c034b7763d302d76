// Sends what waits on the device, in batches, oldest first, until each scan has its answer. It may be told to try at any
// time; it tries by itself when the line is back, when the page is looked at again, and after growing pauses.

import { now } from "../lib/clock.js";

const BATCH = 50;
const PATIENCE = 10000;
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60000;

function body(entry) {
  const { op_id, endpoint, method, scanned_at, code, participant, elsewhere } = entry;
  return { op_id, endpoint, method, scanned_at, ...(code && { code }), ...(participant && { participant }), ...(elsewhere && { elsewhere }) };
}

/**
 * user      only this account's scans are sent: what another account scanned is the other's to send
 * address   of the check-ins of a meeting, with "{meeting}" in place of its number
 * token     () → the token of our pages
 * store     see store.js
 * onAnswer  (entry, answer) once per scan
 * onState   ({state, seconds}) "idle", "sending", "later", "slow", "logged_out", "stale", "blocked"
 */
export function createSender({ user, address, token, store, onAnswer, onState }) {
  const blocked = new Set();
  const answered = new Set(); // a device that cannot strike a scan off its list must not send it for ever
  let running = false;
  let again = false;
  let attempt = 0;
  let timer = 0;
  let size = BATCH;

  async function mine() {
    return (await store.waiting()).filter((entry) => entry.user === user && !blocked.has(entry.meeting) && !answered.has(entry.op_id));
  }

  async function post(meeting, batch) {
    let response;
    try {
      response = await fetch(address.replace("{meeting}", meeting), {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify(batch.map(body)),
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.ok) return { kind: "answered", answers: await response.json() };
    } catch {
      return { kind: "later" };
    }
    const refused = await response.json().catch(() => ({}));
    if (response.status === 401) return { kind: "logged_out" };
    if (refused.code === "csrf_failed") return { kind: "stale" };
    if (response.status === 429) return { kind: "slow", seconds: refused.params?.retry_after_seconds ?? 30 };
    if (response.status === 403 || response.status === 404) return { kind: "blocked" };
    if (response.status >= 500 || response.status === 408) return { kind: "later" };
    return { kind: "malformed" };
  }

  function tryAgainIn(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(flush, milliseconds);
  }

  /** One batch; true when it is worth going on at once. */
  async function step(entries) {
    const { meeting } = entries[0];
    const batch = entries.filter((entry) => entry.meeting === meeting).slice(0, size);
    onState({ state: "sending" });
    const outcome = await post(meeting, batch);
    switch (outcome.kind) {
      case "answered":
        attempt = 0;
        size = BATCH;
        for (const [place, entry] of batch.entries()) await settle(entry, outcome.answers[place]);
        return true;
      case "malformed":
        // One scan that cannot be read must not hold up the others: find it by sending them one by one.
        if (batch.length === 1) await settle(batch[0], { result: "refused", reason: "unreadable" });
        size = 1;
        return true;
      case "blocked":
        blocked.add(meeting);
        onState({ state: "blocked" });
        return true;
      case "slow":
        onState({ state: "slow", seconds: outcome.seconds });
        tryAgainIn(outcome.seconds * 1000);
        return false;
      case "later":
        onState({ state: "later" });
        tryAgainIn(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt) * (0.5 + Math.random() / 2));
        attempt += 1;
        return false;
      default:
        onState({ state: outcome.kind });
        return false;
    }
  }

  async function settle(entry, answer) {
    answered.add(entry.op_id);
    await store.settle(entry, `${entry.user}:${entry.meeting}`, now()).catch(() => {});
    onAnswer(entry, answer);
  }

  async function flush() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    clearTimeout(timer);
    try {
      do {
        again = false;
        let entries = await mine();
        while (entries.length && (await step(entries))) entries = await mine();
        if (!entries.length) onState({ state: "idle" });
      } while (again);
    } finally {
      running = false;
    }
  }

  function atOnce() {
    attempt = 0;
    flush();
  }

  addEventListener("online", atOnce);
  addEventListener("focus", atOnce);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && atOnce());
  return { flush: atOnce };
}
