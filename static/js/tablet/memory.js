// Where this person was reading, kept on this device under the person's number: {document: {meeting, version, page, at}}.
// Tablets are pooled, so nothing is kept but numbers; and storage may be closed to us, then nothing is remembered.

const MOST = 200;

function key(person) {
  return `reading:${person}`;
}

function all(person) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(person)) ?? "{}");
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}

function keep(person, reading) {
  const latest = Object.entries(reading).sort(([, one], [, other]) => other.at - one.at);
  try {
    localStorage.setItem(key(person), JSON.stringify(Object.fromEntries(latest.slice(0, MOST))));
  } catch {
    // full or closed: the page works without
  }
}

/** What is known of a document: {meeting, version, page, at}, or null. */
export function recall(person, document) {
  return all(person)[document] ?? null;
}

/** The document of this meeting that was read last, among those that are there: {document, version, page}, or null. */
export function lastRead(person, meeting, documents) {
  const read = Object.entries(all(person))
    .filter(([document, place]) => place.meeting === Number(meeting) && document in documents)
    .sort(([, one], [, other]) => other.at - one.at);
  return read.length ? { document: read[0][0], ...read[0][1] } : null;
}

export function remember(person, document, { meeting, version, page }) {
  keep(person, { ...all(person), [document]: { meeting: Number(meeting), version, page, at: Date.now() } });
}

export function forget(person, document) {
  const { [document]: _gone, ...rest } = all(person);
  keep(person, rest);
}

/**
 * What was withdrawn leaves this device: its file and picture are asked for past the browser's store, which then keeps
 * the refusal in their place. Whoever may still have them is not sent them again.
 */
export function forgetBytes({ url, thumbnail }) {
  for (const address of [url, thumbnail]) {
    const stop = new AbortController();
    fetch(address, { cache: "reload", signal: stop.signal })
      .then((answer) => answer.ok && stop.abort())
      .catch(() => {});
  }
}
