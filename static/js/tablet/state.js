// The state of a screen and what an event does to it: the twin of realtime/events.py. Nothing here knows what a
// meeting is; the table of effects comes with the snapshot: {kind: [operation, collection]}.

function byId(rows) {
  return Object.fromEntries(rows.map((row) => [String(row.id), row]));
}

const operations = {
  put: (before, data) => ({ ...before, ...byId([data]) }),
  drop: (before, data) => {
    const { [String(data.id)]: _gone, ...rest } = before;
    return rest;
  },
  put_all: (before, data) => ({ ...before, ...byId(data.rows) }),
  replace: (_before, data) => byId(data.rows),
  merge: (before, data) => ({ ...before, ...data }),
};

/** The state after the event; the given one is left as it is. A kind that a newer server knows changes nothing here. */
export function apply(state, effects, { kind, data }) {
  const effect = effects[kind];
  if (!effect || !(effect[1] in state)) return state;
  const [operation, collection] = effect;
  return { ...state, [collection]: operations[operation](state[collection], data) };
}

/** The members of a snapshot that are state, whatever collections were asked for. */
export function collections({ seq: _seq, now: _now, effects: _effects, ...rest }) {
  return rest;
}
