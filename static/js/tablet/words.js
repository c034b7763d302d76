// Filling the sentences that the server gave: "Item {number}/{total}: {title}."

const clocks = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });

export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** 14:00, in the office's time, of an RFC 3339 time or a Date. */
export function clock(time) {
  return clocks.format(new Date(time));
}

/** Put text where it is not yet: an unchanged text is not read out again. */
export function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Show or hide, without touching what is already so. */
export function show(element, shown) {
  if (element && element.hidden === shown) element.hidden = !shown;
}
