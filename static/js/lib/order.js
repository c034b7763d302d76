// What comes over the socket and what is read from the log, put in one line: each event is handed on once, in order, and
// only when the handler of the one before has finished. What comes while a snapshot is being taken waits its turn.

/** A number is missing. What came after it is not handed on: ask again after the last one we have. */
export class Hole extends Error {}

/**
 * after     number of the last event contained in the page
 * onEvent, onState, onGap   see stream.js
 * onMoved   () the last number handled is another one
 *
 * Returns { take(message), close(), seq }; take answers a promise that is rejected by a hole, and by a snapshot that did
 * not come.
 */
export function inOrder({ after, onEvent, onState, onGap, onMoved }) {
  let last = after;
  let torn = false; // a snapshot is due: until it has come, no number follows on what the page shows
  let closed = false;
  let work = Promise.resolve();

  async function tell(handler, message) {
    try {
      await handler?.(message);
    } catch (error) {
      reportError(error); // one event that cannot be drawn does not hold up the others
    }
  }

  async function snapshot(seq) {
    torn = true;
    const reached = await onGap?.(seq);
    torn = false;
    last = typeof reached === "number" ? reached : seq;
    onMoved?.();
  }

  async function event(message) {
    if (!torn && message.seq <= last) return; // told twice: replay, live delivery and log overlap
    if (torn || message.seq !== last + 1) throw new Hole();
    if (message.type === "event") await tell(onEvent, message);
    last = message.seq;
    onMoved?.();
  }

  async function handle(message) {
    if (closed) return;
    if (message.type === "event" || message.type === "skip") await event(message);
    else if (message.type === "state") await tell(onState, message);
    else if (message.type === "gap" || (message.type === "hello" && torn)) await snapshot(message.seq);
  }

  return {
    take(message) {
      const taken = work.then(() => handle(message));
      work = taken.catch(() => {});
      return taken;
    },
    close() {
      closed = true;
    },
    get seq() {
      return last;
    },
  };
}
