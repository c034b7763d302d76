// A world for the stream's client, played inside a page: time that passes when it is told to, a network, a server.

const DEVICE = Date.UTC(2001, 0, 1); // this device's clock is decades behind
const SERVER = Date.parse("2031-12-01T08:00:00+07:00");
const STREAM = "/ws/meetings/42/";

/** Virtual time in place of the browser's timers and clocks, until `restore()`. */
function timekeeper() {
  const timers = new Map();
  const own = { setTimeout, clearTimeout, setInterval, clearInterval };
  const ownNow = Date.now;
  const { port1, port2 } = new MessageChannel();
  const settle = () => new Promise((resolve) => ((port1.onmessage = resolve), port2.postMessage(null)));
  let time = 0;
  let slept = 0;
  let ids = 0;

  function later(call, after, again) {
    ids += 1;
    timers.set(ids, { call, at: time + Math.max(0, after || 0), again });
    return ids;
  }

  function soonest(until) {
    let found = null;
    for (const [id, timer] of timers) if (timer.at <= until && (!found || timer.at < found[1].at)) found = [id, timer];
    return found;
  }

  window.setTimeout = (call, after) => later(call, after);
  window.setInterval = (call, after) => later(call, after, after);
  window.clearTimeout = window.clearInterval = (id) => timers.delete(id);
  performance.now = () => time;
  Date.now = () => DEVICE + slept + time;
  return {
    async pass(milliseconds) {
      const until = time + milliseconds;
      await settle();
      for (let next = soonest(until); next; next = soonest(until)) {
        const [id, timer] = next;
        time = timer.at;
        if (timer.again === undefined) timers.delete(id);
        else timer.at += timer.again;
        timer.call();
        await settle();
      }
      time = until;
      await settle();
    },
    sleep: (milliseconds) => (slept += milliseconds),
    hello: (seq) => ({ type: "hello", seq, now: new Date(SERVER + slept + time).toISOString() }),
    isRight: (moment) => Math.abs(moment - (SERVER + slept + time)) < 1,
    waiting: () => timers.size,
    now: () => time,
    restore() {
      Object.assign(window, own);
      delete performance.now;
      Date.now = ownNow;
    },
  };
}

/** Play a script of frames, losses and acts of the browser before the client; answers what it did. */
async function script({ steps, receipts, luck }) {
  const { connect } = await import("/static/js/lib/stream.js");
  const { now } = await import("/static/js/lib/clock.js");
  const own = { fetch: window.fetch, listen: EventTarget.prototype.addEventListener };
  const network = Object.assign(new EventTarget(), { type: "wifi" });
  const sockets = [], log = [], asked = [], signals = [], snapshots = [], opened = [];
  let answer = null;
  let holding = null;
  let stream = null;
  class Played {
    constructor(url) { this.url = new URL(url); this.sent = []; sockets.push(this); opened.push(time.now()); }
    send(text) { this.sent.push(text); }
    close() { this.closed = true; }
  }
  const time = timekeeper();
  window.fetch = async (address) => {
    asked.push(address);
    await holding?.promise;
    if (!answer) throw new TypeError("no line");
    return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status });
  };
  EventTarget.prototype.addEventListener = function (kind, call, options) {
    if (options?.signal) signals.push(options.signal);
    return own.listen.call(this, kind, call, options);
  };
  Object.defineProperty(navigator, "connection", { value: network, configurable: true });
  try {
    stream = connect({
      stream: STREAM,
      after: 10,
      receipts,
      Socket: Played,
      random: () => luck,
      onEvent: (event) => { log.push(`${event.kind} ${event.seq}`); return holding?.promise; },
      onState: (state) => log.push(`state ${state.kind}`),
      onGap: async (seq) => {
        log.push(`gap ${seq}`);
        const snapshot = snapshots.shift() ?? { seq: 900 };
        await holding?.promise;
        if (snapshot.fails) throw new Error("no snapshot");
        return snapshot.seq;
      },
      onStatus: (name, code) => log.push(code ? `${name} ${code}` : name),
    });
    const acts = {
      say: (frame) => sockets.at(-1).onmessage({ data: JSON.stringify(frame) }),
      hello: (seq) => sockets.at(-1).onmessage({ data: JSON.stringify(time.hello(seq)) }),
      lose: (code) => sockets.at(-1).onclose({ code }),
      old: (frame) => sockets.at(-2).onmessage({ data: JSON.stringify(frame) }),
      loseOld: (code) => sockets.at(-2).onclose({ code }),
      browser: (name) => (name === "visibilitychange" ? document : window).dispatchEvent(new Event(name)),
      restored: (persisted) => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted })),
      network: (type) => { network.type = type; network.dispatchEvent(new Event("change")); },
      wait: (milliseconds) => time.pass(milliseconds),
      sleep: (milliseconds) => time.sleep(milliseconds),
      server: (given) => (answer = given),
      snapshot: (given) => snapshots.push(given),
      hold: () => (holding = Promise.withResolvers()),
      release: () => { holding.resolve(); holding = null; },
      note: (word) => log.push(word),
      close: () => stream.close(),
    };
    for (const [verb, value] of steps) {
      await acts[verb](value);
      await time.pass(1);
    }
    return {
      log, asked, opened, seq: stream.seq, sent: sockets.map((one) => one.sent), urls: sockets.map((one) => one.url.search),
      address: `${sockets[0].url.protocol}${sockets[0].url.pathname}`, dot: document.querySelector("[data-connection]").textContent,
      hung: sockets.map((one) => Boolean(one.closed)), right: time.isRight(now()),
      left: time.waiting() + signals.filter((signal) => !signal.aborted).length,
    };
  } finally {
    stream?.close();
    time.restore();
    window.fetch = own.fetch;
    EventTarget.prototype.addEventListener = own.listen;
    delete navigator.connection;
  }
}

function lots(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Two minutes of bad weather on the line, then calm; answers what was wrong at the end, and what the weather was. */
async function weather(seed) {
  const { connect } = await import("/static/js/lib/stream.js");
  const random = lots(seed);
  const draw = lots(seed + 7919);
  const chance = (share) => random() < share;
  const worse = { drop: random() * 0.2, twice: random() * 0.2, late: random() * 0.2, cut: random() * 0.06, refused: random() * 0.4 };
  const blocked = chance(0.3);
  const ownFetch = window.fetch;
  const time = timekeeper();
  const events = []; // true for those that are ours to hear; number n is events[n - 1]
  const open = new Set();
  const handled = [];
  const wrong = [];
  const seen = { holes: 0, polls: 0, snapshots: 0, failed: 0 };
  let pruned = 0;
  let bad = true;
  let busy = false;
  const pause = (longest) => new Promise((resolve) => setTimeout(resolve, random() * longest));
  const frame = (seq) => (events[seq - 1] ? { type: "event", seq, kind: "document.published", at: "", data: {} } : { type: "skip", seq });

  class Line {
    constructor(url) {
      this.sent = 0;
      this.gone = false;
      this.after = Number(new URL(url).searchParams.get("after"));
      setTimeout(() => this.begin(), random() * 300);
    }
    begin() {
      if (bad && (blocked || chance(worse.refused))) return chance(0.2) ? null : this.cut();
      open.add(this);
      this.say(time.hello(events.length));
      if (this.after < pruned) this.say({ type: "gap", seq: events.length });
      else for (let seq = this.after + 1; seq <= events.length; seq += 1) this.say(frame(seq));
    }
    say(message) {
      if (this.gone) return;
      if (bad && chance(worse.cut)) this.cut();
      const numbered = message.type === "event" || message.type === "skip";
      if (bad && numbered && chance(worse.drop)) return void (seen.holes += 1);
      const wait = bad && numbered && chance(worse.late) ? random() * 4000 : 20;
      setTimeout(() => this.gone || this.onmessage?.({ data: JSON.stringify(message) }), wait);
      if (bad && numbered && chance(worse.twice)) setTimeout(() => this.gone || this.onmessage?.({ data: JSON.stringify(message) }), 30);
    }
    cut() {
      open.delete(this);
      if (this.gone) return;
      this.gone = true;
      if (chance(0.9)) this.onclose?.({ code: 1006 }); // else it dies without a word
    }
    send(text) {
      const { type, seq } = JSON.parse(text);
      if (type === "ping") this.say({ type: "pong" });
      if (type !== "received") return;
      if (seq > stream.seq) wrong.push(`acknowledged ${seq} at ${stream.seq}`);
      if (this.told !== undefined && time.now() - this.told < 1000) wrong.push(`acknowledged twice within a second: ${seq}`);
      [this.told, this.receipt] = [time.now(), seq];
    }
    close() {
      this.gone = true;
      open.delete(this);
    }
  }

  window.fetch = async (address) => {
    const after = Number(new URL(address, location.href).searchParams.get("after"));
    await pause(300);
    if (bad && chance(0.3)) throw new TypeError("no line");
    seen.polls += 1;
    if (after < pruned) return new Response(JSON.stringify({ code: "gone", params: { seq: events.length } }), { status: 410 });
    const results = [];
    for (let seq = after + 1; seq <= events.length; seq += 1) if (events[seq - 1]) results.push(frame(seq));
    return new Response(JSON.stringify({ seq: events.length, results }));
  };

  let status = null;
  const stream = connect({
    stream: STREAM,
    after: 0,
    receipts: true,
    Socket: Line,
    random: draw,
    onStatus: (name) => (status = name),
    async onEvent({ seq }) {
      if (busy) wrong.push(`${seq} was handed on while another was handled`);
      busy = true;
      if (chance(0.3)) await pause(200);
      busy = false;
      handled.push(seq);
    },
    async onGap() {
      await pause(500);
      if (bad && chance(0.4)) {
        seen.failed += 1;
        throw new Error("no snapshot");
      }
      seen.snapshots += 1;
      handled.push({ snapshot: events.length });
      const reached = events.length;
      await pause(500);
      return reached;
    },
  });

  async function live(minutes, howMany) {
    for (let n = 0; n < howMany; n += 1) {
      await time.pass((random() * 2 * minutes * 60000) / howMany);
      events.push(chance(0.8));
      for (const socket of open) socket.say(frame(events.length));
      if (bad && chance(0.05)) pruned = events.length;
      if (bad && chance(0.05)) [...open].forEach((socket) => socket.cut());
      if (bad && chance(0.03)) window.dispatchEvent(new Event(chance(0.5) ? "online" : "offline"));
      if (bad && chance(0.02)) time.sleep(600000);
    }
  }

  try {
    await live(2, 40);
    bad = false;
    await live(0.5, 5);
    for (let beat = 0; beat < 12; beat += 1) {
      await time.pass(15000);
      for (const socket of open) socket.say({ type: "ping" });
    }
    let last = 0;
    for (const one of handled) {
      if (one.snapshot !== undefined) last = Math.max(last, one.snapshot);
      else {
        const missed = events.slice(last, one - 1).some(Boolean);
        if (one <= last || missed) wrong.push(`${one} after ${last}`);
        last = one;
      }
    }
    if (events.slice(last).some(Boolean)) wrong.push(`${events.length} events, handled until ${last}`);
    if (stream.seq !== events.length) wrong.push(`at ${stream.seq} of ${events.length}`);
    if (status !== "live") wrong.push(`${status} at the end`);
    if (![...open].some((socket) => socket.receipt === events.length)) wrong.push("the last number was not acknowledged");
    stream.close();
    await time.pass(10000);
    if (time.waiting()) wrong.push("something is left");
    return { wrong, seen };
  } finally {
    time.restore();
    window.fetch = ownFetch;
  }
}
