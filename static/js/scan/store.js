// What was scanned and not yet answered, kept on the device until the office has answered for each scan. Names are not
// kept: an answered scan leaves only the count of what was sent.

const NAME = "diem-cau-scans";

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("waiting", { keyPath: "op_id" });
    request.result.createObjectStore("sent", { keyPath: "key" });
  };
  return asked(request);
}

function inOrder(entries) {
  return entries.sort((one, other) => one.at - other.at || one.number - other.number);
}

/** In the page only, where the browser keeps nothing for us: scanning still works, and the page says so. */
function inMemory() {
  const waiting = new Map();
  const sent = new Map();
  return {
    kept: false,
    get size() {
      return waiting.size;
    },
    drop: (entry) => waiting.delete(entry.op_id),
    add: async (entry) => void waiting.set(entry.op_id, entry),
    waiting: async () => inOrder([...waiting.values()]),
    async settle(entry, key, at) {
      if (!waiting.delete(entry.op_id)) return;
      sent.set(key, { key, count: (sent.get(key)?.count ?? 0) + 1, at });
    },
    sent: async (key) => sent.get(key) ?? { key, count: 0, at: null },
  };
}

function done(change) {
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onabort = () => reject(change.error);
  });
}

function inDatabase(database) {
  const unkept = inMemory();
  return {
    get kept() {
      return unkept.size === 0;
    },
    /** Resolves when the scan is safe on the device; when the device is full it is kept in the page. */
    async add(entry) {
      try {
        const change = database.transaction("waiting", "readwrite", { durability: "strict" });
        change.objectStore("waiting").put(entry);
        await done(change);
      } catch {
        await unkept.add(entry);
      }
    },
    /** Every scan that waits, in the order of scanning. */
    async waiting() {
      const kept = await asked(database.transaction("waiting").objectStore("waiting").getAll());
      return inOrder([...kept, ...(await unkept.waiting())]);
    },
    /** The office has answered: the scan goes, the count under `key` grows by one, whichever page was told first. */
    async settle(entry, key, at) {
      const change = database.transaction(["waiting", "sent"], "readwrite");
      const waiting = change.objectStore("waiting");
      const counts = change.objectStore("sent");
      const known = unkept.drop(entry);
      waiting.getKey(entry.op_id).onsuccess = (found) => {
        if (found.target.result === undefined && !known) return;
        waiting.delete(entry.op_id);
        counts.get(key).onsuccess = (event) => counts.put({ key, count: (event.target.result?.count ?? 0) + 1, at });
      };
      await done(change);
    },
    /** {count, at}: how many scans were answered under `key`, and when the last of them. */
    async sent(key) {
      const row = await asked(database.transaction("sent").objectStore("sent").get(key));
      return row ?? { key, count: 0, at: null };
    },
  };
}

export async function openStore() {
  try {
    return inDatabase(await opened());
  } catch {
    return inMemory();
  }
}
