// For offices whose proxies let no socket through: the log of the stream is asked every five seconds.

const EVERY = 5000;
const SELDOM = 60000;
const PATIENCE = 10000;
const REFUSED = new Set([401, 403, 404]);

/** Where the log of a stream is read over HTTP; null when it cannot be. */
export function logOf(stream) {
  const meeting = /^\/ws\/meetings\/(\d+)\/$/.exec(stream);
  return meeting && `/api/v1/meetings/${meeting[1]}/events`;
}

/** Ask once; answers the status when that is final. A refusal that is not in our words is some proxy's, and passes. */
async function ask(address, order) {
  const after = order.seq;
  const options = { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
  const response = await fetch(`${address}?after=${after}`, options);
  const answer = await response.json();
  if (REFUSED.has(response.status) && answer.code) return response.status;
  if (response.status === 410) {
    await order.take({ type: "gap", seq: answer.params.seq });
    return null;
  }
  if (!response.ok) throw new Error(`the log was not given: ${response.status}`);
  await order.take({ type: "hello", seq: answer.seq });
  // Numbers that are left out were for others.
  const told = new Map(answer.results.map((event) => [event.seq, event]));
  for (let seq = after + 1; seq <= answer.seq; seq += 1) {
    await order.take(told.has(seq) ? { ...told.get(seq), type: "event" } : { type: "skip", seq });
  }
  return null;
}

/**
 * address    of the log
 * order      takes what is answered, see order.js
 * onTurn     (reached) the server answers now, or no longer
 * onRefused  (status) it says that this is not for us
 *
 * Returns { start(), hurry(), stop(), reached }; reached is null until it is known.
 */
export function poller({ address, order, random, onTurn, onRefused }) {
  let going = false;
  let round = 0;
  let timer = 0;
  let failures = 0;
  let reached = null;

  async function turn() {
    clearTimeout(timer);
    const mine = ++round;
    let refused = null;
    let answered = true;
    try {
      refused = await ask(address, order);
    } catch {
      answered = false;
    }
    if (mine !== round) return;
    if (refused !== null) {
      onRefused(refused);
      return;
    }
    failures = answered ? 0 : failures + 1;
    timer = setTimeout(turn, Math.min(SELDOM, EVERY * 2 ** failures) * (0.8 + 0.4 * random()));
    if (answered !== reached) onTurn((reached = answered));
  }

  return {
    start() {
      if (going) return;
      going = true;
      turn();
    },
    hurry() {
      if (going) turn();
    },
    stop() {
      clearTimeout(timer);
      round += 1;
      going = false;
      failures = 0;
      reached = null;
    },
    get reached() {
      return reached;
    },
  };
}
