// What a drag asks of the server, and what is said of it: while it lasts, when it was done with a way back, when it was refused.

import { clock, dateOf, dayOf, grid } from "./network-hours.js";
import { settle } from "./network.js";
import { adopt } from "./toast.js";

const area = document.getElementById("availability");
const said = document.querySelector("[data-drag-said]");
const now = document.querySelector("[data-drag-now]");

/** What would be, if the pointer let go here. */
export function tell(text) {
  now.textContent = text;
}

export function refuse(text) {
  said.querySelector("[data-text]").textContent = text;
  said.hidden = !text;
}

/** Asks for another time of a meeting: then the grid as it is now, with a way back, or everything as it was and why. */
export async function change({ move, version }, before, after, putBack) {
  const answer = await ask(move, version, before, after);
  if (answer.ok) {
    await redraw();
    offerUndo(answer.said, { move, version: answer.version }, before, after);
  } else {
    putBack();
    refuse(answer.said);
  }
}

async function ask(address, version, before, [from, to]) {
  const body = new FormData();
  body.set("day", dateOf(dayOf(from)));
  body.set("start", clock(from));
  body.set("version", version);
  if (to - from !== before[1] - before[0]) body.set("minutes", to - from);
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  try {
    const response = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token } });
    const told = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : {};
    return { ok: response.ok, said: told.said ?? area.dataset.wordsFailed, version: told.version };
  } catch {
    return { ok: false, said: area.dataset.wordsFailed };
  }
}

/** The grid as the server has it now: loads, counts and versions follow; what was unfolded stays so. */
async function redraw() {
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("#availability [data-roving]");
  if (!fresh) return location.reload();
  for (const group of fresh.querySelectorAll("details[data-key]")) {
    const before = grid().querySelector(`details[data-key="${CSS.escape(group.dataset.key)}"]`);
    if (before) group.open = before.open;
  }
  grid().replaceWith(document.adoptNode(fresh));
  settle();
}

function offerUndo(text, { move, version }, before, after) {
  document.querySelectorAll("[data-toast]").forEach((old) => old.remove());
  const toast = document.querySelector("[data-undo-template]").content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-text]").textContent = text;
  toast.querySelector("[data-undo]").addEventListener("click", async () => {
    toast.remove();
    const answer = await ask(move, version, after, before);
    if (answer.ok) await redraw();
    else refuse(answer.said);
  });
  document.querySelector("[data-toasts]").append(toast);
  adopt();
}

said?.querySelector("[data-drag-close]").addEventListener("click", () => refuse(""));
