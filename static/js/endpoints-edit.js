// The endpoints of a meeting that is edited: what is picked from the list becomes a tag; Enter picks, it does not send.

const picker = document.querySelector("[data-endpoint-picker]");

function option(typed) {
  const wanted = typed.trim().toLowerCase();
  return [...document.getElementById("endpoint-options").options].find(
    (each) => each.value.toLowerCase() === wanted || each.textContent.toLowerCase() === wanted,
  );
}

function pick(input) {
  const found = option(input.value);
  if (!found) return false;
  const list = picker.querySelector("[data-picked]");
  if (![...list.querySelectorAll("input")].some((each) => each.value === found.value)) {
    const tag = picker.querySelector("template").content.cloneNode(true);
    tag.querySelector("span").textContent = `${found.value} ${found.textContent}`;
    tag.querySelector("input").value = found.value;
    list.append(tag);
  }
  input.value = "";
  return true;
}

if (picker) {
  const input = picker.querySelector("input[list]");
  // A choice from the list, not every letter typed: what is written and not picked goes along as it stands. Picking
  // when the field is left would move the page under the pointer, and the press on a button would be lost.
  input.addEventListener("input", (event) => {
    if (!event.inputType || event.inputType === "insertReplacementText") pick(input);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !input.value.trim()) return;
    event.preventDefault();
    pick(input);
  });
  picker.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-remove]");
    if (!remove) return;
    remove.closest("li").remove();
    input.focus();
  });
}
