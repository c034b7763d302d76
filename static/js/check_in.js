// The one button of a delegate's own device: pressed once, it says what it does and cannot be pressed again.

import { busy, ready } from "./busy.js";

const form = document.querySelector("[data-once]");
form.addEventListener("submit", () => setTimeout(() => busy(form.querySelector("button"))));
addEventListener("pageshow", (event) => event.persisted && ready(form.querySelector("button")));
