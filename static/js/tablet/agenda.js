// What the pages make of the state: items in their order with their times and documents; the twin of meetings/live/shown.py.

/** [{number, row, startsAt (Date), papers}] in the order of the agenda. */
export function items(state) {
  const rows = Object.values(state.agenda).sort((one, other) => one.position - other.position || one.id - other.id);
  let clock = new Date(state.meeting.starts_at).getTime();
  return rows.map((row, at) => {
    const startsAt = new Date(clock);
    clock += row.minutes * 60000;
    return { number: at + 1, row, startsAt, papers: papersOf(state, row.id) };
  });
}

/** The documents under an item; null: those of the meeting as a whole, and of items that are gone. */
export function papersOf(state, item) {
  return Object.values(state.documents)
    .filter((row) => (String(row.item) in state.agenda ? row.item : null) === item)
    .sort((one, other) => one.position - other.position || one.id - other.id);
}

export function current(all) {
  return all.find((item) => item.row.status === "running") ?? null;
}

/** The item to begin next: the first that waits after the one that runs, or the first of all that wait. */
export function following(all) {
  const now = current(all);
  return all.find((item) => item.row.status === "waiting" && item.number > (now?.number ?? 0)) ?? null;
}
