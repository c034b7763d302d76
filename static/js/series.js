// The list of dates: the number on the button follows what is chosen for each date.

const chosen = () => [...document.querySelectorAll("[data-date-choice]")].filter((each) => each.value !== "skip").length;

// Caught on its way down: to the rest of the page the booking form has not changed.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-date-choice]")) return;
  event.stopPropagation();
  const count = document.getElementById("dates-count");
  const button = document.getElementById("act-series");
  const number = chosen();
  const written = number.toLocaleString(document.documentElement.lang);
  if (count) count.textContent = count.dataset.words.replace("{n}", written);
  if (button) {
    button.textContent = button.dataset.words.replace("{n}", written);
    button.disabled = number === 0;
  }
}, true);
