// The clock of a wall screen, stepping once a minute in the time of Vietnam, on the server's clock when a stream gives it.

let offset = 0;
const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });

/** Take over the server's time from a stream's hello. */
export function setClock(now) {
  offset = new Date(now).getTime() - Date.now();
  draw();
}

/** The present moment by the server's clock, in milliseconds. */
export function now() {
  return Date.now() + offset;
}

function draw() {
  const text = format.format(now());
  for (const clock of document.querySelectorAll("[data-clock]")) {
    if (clock.textContent !== text) clock.textContent = text;
  }
}

draw();
setInterval(draw, 1000);
