// Lets people look at a password that they type. Without script the button stays hidden.

for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const word = button.querySelector("[data-word]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(hidden));
    word.textContent = hidden ? button.dataset.hide : button.dataset.show;
    field.focus();
  });
}
