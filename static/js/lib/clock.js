// The server's clock. It is carried on by performance.now(): a device whose own clock is wrong, or is set while the page is
// open, counts right all the same.

const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
let origin = null;

/** The server said that it is `time` now: RFC 3339, or milliseconds. */
export function setClock(time) {
  origin = new Date(time).getTime() - performance.now();
}

/** The present moment by the server's clock, in milliseconds; by the device's until the server has spoken. */
export function now() {
  return origin === null ? Date.now() : origin + performance.now();
}

/** 14:00, in the office's time. */
export function hourMinute(time) {
  return format.format(new Date(time));
}
