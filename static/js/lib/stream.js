// Follows one stream (docs/architecture.md, contract of /ws/) and stays with it: through sleep, other networks, a server
// that begins again, and proxies that let no socket through. It draws nothing itself.

import { line } from "../dot.js";
import { setClock } from "./clock.js";
import { Hole, inOrder } from "./order.js";
import { logOf, poller } from "./poll.js";

const SOON = 1000; // bound of the first wait when it was this browser that was away
const DROPPED = 15000; // the same when the line or the server went: thousands come back together
const LONGEST = 60000;
const STEADY = 15000; // a line that lasted longer is trusted again
const SILENCE = 50000; // two and a half of the server's pings
const GREETING = 15000; // for a hello
const ANSWER = 5000; // for a pong
const WATCH_EVERY = 5000;
const BLOCKED = 3; // attempts in a row without a hello, until the log is read instead
const RECEIPT_EVERY = 1000;
const FINAL = new Set([4401, 4403, 4404]);

function addressOf(stream, after) {
  const url = new URL(stream, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("after", String(after));
  return url;
}

/** Jumps when the device slept, where performance.now() stands still meanwhile. */
const bootedAt = () => Date.now() - performance.now();

/**
 * Connect to a stream and stay connected.
 *
 * stream    its address, e.g. "/ws/meetings/42/"
 * after     number of the last event contained in the page
 * receipts  tell the server which number was handled last
 * onEvent   ({seq, kind, at, data}) once per event, in order, none missing; the next one waits for its promise
 * onState   ({kind, data}) latest-wins states (page of the chair, clocks); only over a socket
 * onGap     (seq) the log no longer reaches back: take the snapshot; return (or resolve to) the seq it stands at
 * onStatus  ("live" | "polling" | "reconnecting" | "offline" | "ended", closeCode) when it is another one
 *
 * The clock of lib/clock.js is set by each connection. Returns { close(), seq }.
 */
export function connect({ stream, after = 0, receipts = false, onEvent, onState, onGap, onStatus, Socket = WebSocket, random = Math.random }) {
  const dot = line();
  const listening = new AbortController();
  const order = inOrder({ after, onEvent, onState, onGap, onMoved: acknowledge });
  const log = logOf(stream);
  const poll = log && poller({ address: log, order, random, onTurn, onRefused: (status) => end(4000 + status) });
  let socket = null;
  let greetedAt = null;
  let hearBy = 0;
  let doubted = false; // the browser says that it has no line, and nothing was heard since
  let failures = 0;
  let bound = SOON;
  let retrying = 0;
  let resting = 0;
  let receipt = null;
  let status = null;
  let network = navigator.connection?.type;
  let booted = bootedAt();

  function told() {
    if (greetedAt !== null && !doubted) return "live";
    if (poll?.reached) return "polling";
    const unreached = poll ? poll.reached === false : failures >= BLOCKED;
    return doubted || unreached || navigator.onLine === false ? "offline" : "reconnecting";
  }

  function tell() {
    const name = told();
    if (name === status) return;
    status = name;
    dot.show(name);
    onStatus?.(name);
  }

  // --- the socket -----------------------------------------------------------------------------------------------------

  function open() {
    if (socket) return;
    const mine = new Socket(addressOf(stream, order.seq));
    socket = mine;
    hearBy = performance.now() + GREETING;
    mine.onmessage = (frame) => mine === socket && hear(JSON.parse(frame.data));
    mine.onclose = ({ code }) => {
      if (mine !== socket) return;
      if (FINAL.has(code)) end(code);
      else lose(DROPPED);
    };
  }

  function hear(message) {
    const mine = socket;
    hearBy = performance.now() + SILENCE;
    doubted = false;
    if (message.type === "ping") mine.send('{"type":"pong"}');
    if (message.type === "hello") greet(message);
    if (greetedAt !== null) tell();
    order.take(message).catch((error) => mine === socket && lose(error instanceof Hole ? SOON : DROPPED));
  }

  function greet(message) {
    setClock(message.now);
    greetedAt = performance.now();
    failures = 0;
    poll?.stop();
    receipt = null;
    acknowledge();
  }

  function acknowledge() {
    if (!receipts || greetedAt === null || resting || receipt === order.seq) return;
    receipt = order.seq;
    socket.send(JSON.stringify({ type: "received", seq: receipt }));
    resting = setTimeout(() => {
      resting = 0;
      acknowledge();
    }, RECEIPT_EVERY);
  }

  function hangUp() {
    const old = socket;
    socket = null;
    greetedAt = null;
    old?.close();
  }

  // --- coming back ----------------------------------------------------------------------------------------------------

  function lose(first) {
    if (greetedAt === null) failures += 1;
    else if (performance.now() - greetedAt > STEADY) bound = first;
    else bound = Math.max(bound, first);
    hangUp();
    retry();
  }

  /** Full jitter: somewhere between nothing and the present bound, so that 5,000 tablets do not come back at once. */
  function retry() {
    clearTimeout(retrying);
    retrying = setTimeout(open, random() * bound);
    bound = Math.min(LONGEST, bound * 2);
    if (failures >= BLOCKED) poll?.start();
    tell();
  }

  /** The server answers the log again, or no longer. */
  function onTurn(reached) {
    tell();
    if (!reached || socket) return;
    bound = DROPPED;
    retry();
  }

  /** The browser was away, or has another line than before: look at once instead of waiting timers out. */
  function look() {
    doubted = false;
    if (slept() || overdue()) hangUp();
    booted = bootedAt();
    if (greetedAt !== null) {
      hearBy = Math.min(hearBy, performance.now() + ANSWER);
      socket.send('{"type":"ping"}');
      return;
    }
    poll?.hurry();
    if (socket) return;
    bound = SOON;
    retry();
  }

  function doubt() {
    doubted = true;
    poll?.hurry();
    tell();
  }

  function slept() {
    return Math.abs(bootedAt() - booted) > WATCH_EVERY;
  }

  function overdue() {
    return socket !== null && performance.now() > hearBy;
  }

  function watch() {
    if (slept()) look();
    else if (overdue()) lose(DROPPED);
  }

  function changeNetwork() {
    if (network === navigator.connection.type) return; // only its estimated speed is another one
    network = navigator.connection.type;
    look();
  }

  // --- the end --------------------------------------------------------------------------------------------------------

  function release() {
    listening.abort();
    clearInterval(watching);
    clearTimeout(retrying);
    clearTimeout(resting);
    poll?.stop();
    order.close();
    hangUp();
  }

  function end(code) {
    release();
    dot.show("offline");
    onStatus?.("ended", code);
  }

  const { signal } = listening;
  const watching = setInterval(watch, WATCH_EVERY);
  addEventListener("online", look, { signal });
  addEventListener("offline", doubt, { signal });
  addEventListener("pageshow", (event) => event.persisted && look(), { signal });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look(), { signal });
  navigator.connection?.addEventListener?.("change", changeNetwork, { signal });
  open();

  return {
    close() {
      release();
      dot.gone();
    },
    get seq() {
      return order.seq;
    },
  };
}
