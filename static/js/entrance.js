// The entrance: a pressed button is not pressed twice; on a demonstration one press logs a known account in.

import "./dot.js";
import "./reveal.js";
import { busy } from "./busy.js";

for (const button of document.querySelectorAll("[data-fill]")) {
  button.addEventListener("click", () => {
    document.getElementById("id_login").value = button.dataset.fill;
    document.getElementById("id_password").value = button.dataset.word;
    document.getElementById("id_password").form.requestSubmit();
  });
}

document.addEventListener("submit", (event) => {
  if (event.submitter) setTimeout(() => busy(event.submitter));
});
