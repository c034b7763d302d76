// The line above the buttons: what has been sent, what has not, and what stands in the way.

const line = document.querySelector("[data-queue]");
const count = line.querySelector("[data-count]");
const how = line.querySelector("[data-how]");
const marks = Object.fromEntries([...line.querySelectorAll("[data-mark]")].map((mark) => [mark.dataset.mark, mark]));
const troubles = Object.fromEntries([...document.querySelectorAll("[data-trouble]")].map((one) => [one.dataset.trouble, one]));
const numbers = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-US" : "vi-VN");
const seconds = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "Asia/Ho_Chi_Minh" });

/**
 * state     of the sender
 * waiting   number of this account's scans that wait
 * sent      {count, at} of this meeting
 * others    number of scans that another account left on this device
 * kept      whether the device keeps scans beyond this page
 */
export function showQueue({ state, waiting, sent, others, kept }) {
  const words = line.dataset;
  marks.waiting.hidden = !waiting;
  marks.sent.hidden = Boolean(waiting) || !sent.count;
  if (waiting) {
    count.textContent = words.waiting.replace("{count}", numbers.format(waiting));
    how.textContent = state.state === "slow" ? words.slowHow.replace("{count}", state.seconds) : kept ? words.waitingHow : words.unkeptHow;
  } else if (sent.count) {
    count.textContent = words.sent.replace("{count}", numbers.format(sent.count));
    how.textContent = words.sentAt.replace("{time}", seconds.format(new Date(sent.at)));
  } else {
    count.textContent = words.none;
    how.textContent = "";
  }
  for (const name of ["logged_out", "stale", "blocked"]) troubles[name].hidden = state.state !== name;
  troubles.others.hidden = !others;
  if (others) troubles.others.querySelector("[data-words-here]").textContent = troubles.others.dataset.words.replace("{count}", others);
}
