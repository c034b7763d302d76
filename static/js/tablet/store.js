// The state of one meeting in the browser: begun with what the server wrote into the page, kept up by the stream, taken
// anew when the stream has a gap. Whoever draws gets the state before and after each event.

import { connect } from "../lib/stream.js";
import { apply, collections } from "./state.js";

const PATIENCE = 20000;

class Ended extends Error {}

async function take(address) {
  const options = { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
  const answer = await fetch(address, options);
  if ([401, 403, 404].includes(answer.status)) throw new Ended(String(answer.status));
  if (!answer.ok) throw new Error(`the state was not given: ${answer.status}`);
  return answer.json();
}

/**
 * Follow a meeting.
 *
 * snapshot    what the page holds: {seq, now, effects, …collections}
 * stream      address of the socket
 * address     where the snapshot is taken again
 * onEvent     (event, after, before) once per event
 * onReset     (after, before) when the state was taken anew
 * onReached   () the server can be reached, for the first time or again
 * onEnded     ("login" | "revoked") when the meeting may no longer be followed
 *
 * Returns {state, seq, close()}.
 */
export function follow({ snapshot, stream, address, onEvent, onReset, onReached, onEnded }) {
  let state = collections(snapshot);
  let effects = snapshot.effects;

  function ended(code) {
    onEnded?.(String(code).endsWith("401") ? "login" : "revoked");
  }

  const line = connect({
    stream,
    after: snapshot.seq,
    receipts: true,
    onEvent(event) {
      const before = state;
      state = apply(state, effects, event);
      onEvent?.(event, state, before);
    },
    async onGap() {
      let taken;
      try {
        taken = await take(address);
      } catch (error) {
        if (error instanceof Ended) {
          line.close();
          ended(error.message);
        }
        throw error;
      }
      const before = state;
      state = collections(taken);
      effects = taken.effects;
      onReset?.(state, before);
      return taken.seq;
    },
    onStatus(name, code) {
      if (name === "ended") ended(code);
      else if (name === "live" || name === "polling") onReached?.();
    },
  });

  return {
    close: line.close,
    get state() {
      return state;
    },
    get seq() {
      return line.seq;
    },
  };
}

/** The snapshot that the server wrote into the page under this id. */
export function written(id) {
  return JSON.parse(document.getElementById(id).textContent);
}
