// Files are looked at when they are chosen: one that is larger than the limit is named before anything is sent.

function look(field) {
  const limit = Number(field.dataset.limit);
  const input = field.querySelector("input[type=file]");
  const message = field.querySelector("[data-too-large]");
  const words = message.querySelector("[data-text]");
  const large = [...input.files].find((file) => file.size > limit);
  const sentence = large ? words.dataset.words.replace("{name}", large.name) : "";
  words.textContent = sentence;
  message.hidden = !large;
  input.setCustomValidity(sentence);
  input.toggleAttribute("aria-invalid", Boolean(large));
  if (large) input.setAttribute("aria-invalid", "true");
}

document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-chosen-files]");
  if (field && event.target.matches("input[type=file]")) look(field);
});
