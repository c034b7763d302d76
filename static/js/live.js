// Follows one stream (docs/architecture.md, contract of /ws/). Numbers are continuous: a hole means "connect again after
// the last one we have"; a gap means the log is too old and the snapshot must be taken. It draws nothing itself.

import { drivenByStream, show } from "./dot.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60000;
const SILENCE = 60000; // the server pings every 20 s; three missed pings are a dead line
const FINAL = new Set([4401, 4403, 4404]);

/** Full jitter: somewhere between nothing and the present bound, so that 5,000 tablets do not come back at once. */
export function waitBefore(attempt, random = Math.random) {
  return random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
}

function addressOf(stream, after) {
  const url = new URL(stream, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  if (after !== null && after !== undefined) url.searchParams.set("after", String(after));
  return url;
}

/**
 * Connect to a stream and stay connected.
 *
 * stream    its address, e.g. "/ws/meetings/42/"
 * after     number of the last event contained in the page
 * onEvent   ({seq, kind, at, data}) once per event, in order, none missing
 * onState   ({kind, data}) latest-wins states (page of the chair, clocks)
 * onGap     (seq) the log no longer reaches back: take the snapshot; return (or resolve to) the seq it stands at
 * onHello   ({seq, now}) after each connection; `now` is the server's clock
 * onStatus  ("live" | "reconnecting" | "offline" | "ended", closeCode)
 *
 * Returns { close(), get seq() }.
 */
export function connect({ stream, after = 0, onEvent, onState, onGap, onHello, onStatus, Socket = WebSocket, random }) {
  let last = after;
  let socket = null;
  let attempt = 0;
  let timer = 0;
  let watchdog = 0;
  let closed = false;
  let takingSnapshot = false;

  drivenByStream();

  function status(name, code) {
    show(name === "ended" ? "offline" : name);
    onStatus?.(name, code);
  }

  function listen() {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => drop(), SILENCE);
  }

  function drop() {
    clearTimeout(watchdog);
    const old = socket;
    socket = null;
    if (old) {
      old.onopen = old.onmessage = old.onclose = old.onerror = null;
      old.close();
    }
    if (!closed) retry();
  }

  function retry() {
    clearTimeout(timer);
    if (closed) return;
    status(navigator.onLine === false ? "offline" : attempt > 4 ? "offline" : "reconnecting");
    timer = setTimeout(open, waitBefore(attempt, random));
    attempt += 1;
  }

  function open() {
    clearTimeout(timer);
    if (closed || socket) return;
    const mine = new Socket(addressOf(stream, last));
    socket = mine;
    mine.onopen = listen;
    mine.onmessage = (frame) => {
      if (mine !== socket) return;
      listen();
      receive(JSON.parse(frame.data));
    };
    mine.onclose = (event) => {
      if (mine !== socket) return;
      socket = null;
      clearTimeout(watchdog);
      if (FINAL.has(event.code)) {
        closed = true;
        status("ended", event.code);
      } else retry();
    };
  }

  async function snapshot(seq) {
    takingSnapshot = true;
    try {
      const reached = await onGap?.(seq);
      last = typeof reached === "number" ? reached : seq;
      attempt = 0;
    } catch {
      // the snapshot did not come: the next connection meets the same gap and asks again
    } finally {
      takingSnapshot = false;
      drop();
    }
  }

  function receive(message) {
    if (takingSnapshot && message.type !== "ping") return;
    switch (message.type) {
      case "hello":
        attempt = 0;
        status("live");
        onHello?.(message);
        break;
      case "event":
      case "skip":
        if (message.seq <= last) break; // told twice: replay and live delivery may overlap
        if (message.seq !== last + 1) {
          drop(); // a hole: never guess, ask again after the last one we have
          break;
        }
        last = message.seq;
        if (message.type === "event") onEvent?.(message);
        break;
      case "state":
        onState?.(message);
        break;
      case "gap":
        snapshot(message.seq);
        break;
      case "ping":
        socket?.send('{"type":"pong"}');
        break;
    }
  }

  function comeBack() {
    if (closed || socket) return;
    attempt = 0;
    open();
  }

  function lost() {
    if (!closed) status("offline");
  }

  function seen() {
    // A tablet that slept has timers that did not run: look at once instead of waiting them out.
    if (document.visibilityState === "visible") comeBack();
  }

  addEventListener("online", comeBack);
  addEventListener("offline", lost);
  document.addEventListener("visibilitychange", seen);
  open();

  return {
    close() {
      closed = true;
      clearTimeout(timer);
      removeEventListener("online", comeBack);
      removeEventListener("offline", lost);
      document.removeEventListener("visibilitychange", seen);
      drop();
    },
    get seq() {
      return last;
    },
  };
}
