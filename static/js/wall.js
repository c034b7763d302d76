// The clock of a wall screen, stepping once a minute in the time of Vietnam.

import { hourMinute, now } from "./lib/clock.js";

function draw() {
  const text = hourMinute(now());
  for (const clock of document.querySelectorAll("[data-clock]")) {
    if (clock.textContent !== text) clock.textContent = text;
  }
}

draw();
setInterval(draw, 1000);
