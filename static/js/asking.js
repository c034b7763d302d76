// The field for endpoints of others on a meeting's page: what is chosen from the list becomes a tag. The booking page
// does the same for all of its fields (booking.js). The part may be swapped in anew, so the document listens.

function pick(input) {
  const typed = input.value.trim().toLowerCase();
  const option = [...input.list.options].find((each) => each.value.toLowerCase() === typed);
  if (!option) return false;
  const picker = input.closest("[data-picker]");
  const list = picker.querySelector("[data-picked]");
  if (![...list.querySelectorAll("input")].some((each) => each.value === option.value)) {
    const tag = picker.querySelector("template").content.cloneNode(true);
    tag.querySelector("span").textContent = `${option.value} ${option.textContent}`;
    tag.querySelector("input").value = option.value;
    list.append(tag);
  }
  input.value = "";
  return true;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-picking] [data-picker] input[list]")) pick(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-picking] [data-picker] input[list]")) return;
  if (pick(event.target)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-picking] [data-remove]")?.closest("li").remove();
});
