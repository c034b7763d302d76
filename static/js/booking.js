// The booking form: ticks of a tier and its units agree, the sum and the held time follow, picked endpoints become tags.

// The browser's own date field follows the browser's language; this line says the day as the office writes it.
const DAY = { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" };
const CLOCK = /^([01]?\d|2[0-3]):[0-5]\d$/;
const form = document.getElementById("booking");
const all = (selector, root = form) => [...root.querySelectorAll(selector)];

function changed() {
  form.querySelector(".halves").dispatchEvent(new Event("change", { bubbles: true }));
}

function groupsOf(tier) {
  return all('input[name="group"]', tier.closest("li"));
}

function agree(input) {
  if (input.name === "tier") for (const group of groupsOf(input)) group.checked = input.checked;
  if (input.name === "group") {
    const tier = input.closest("details").closest("li").querySelector("[data-tier]");
    const groups = groupsOf(tier);
    tier.checked = groups.every((group) => group.checked);
    tier.indeterminate = !tier.checked && groups.some((group) => group.checked);
  }
}

function sum() {
  const picked = (name) => new Set(all(`[data-picked] input[name="${name}"]`).map((input) => input.value));
  const ticks = all("input[data-count]");
  const chosen = ticks.filter((input) => input.checked).reduce((n, input) => n + Number(input.dataset.count), 0);
  const words = document.getElementById("chosen-words");
  const whole = ticks.every((input) => input.checked) && picked("except").size === 0;
  const n = Math.max(0, chosen + (whole ? 0 : picked("add").size) - picked("except").size);
  document.getElementById("chosen-sum").textContent = n.toLocaleString(document.documentElement.lang);
  words.textContent = whole ? words.dataset.whole : words.dataset.part;
}

function clock(minutes) {
  const day = ((minutes % 1440) + 1440) % 1440;
  return `${String(Math.floor(day / 60)).padStart(2, "0")}:${String(day % 60).padStart(2, "0")}`;
}

function held() {
  const line = document.getElementById("held");
  if (!line) return;
  const [start, end] = [form.elements.start.value, form.elements.end.value];
  if (!CLOCK.test(start) || !CLOCK.test(end)) {
    line.textContent = "";
    return;
  }
  const [hour, minute] = start.split(":").map(Number);
  const from = clock(hour * 60 + minute - Number(form.elements.setup_minutes.value));
  const day = form.elements.day.valueAsDate;
  const written = day ? new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "vi-VN", DAY).format(day) : "";
  line.textContent = line.dataset.held.replace("{day}", written).replace("{from}", from).replace("{to}", end);
}

function pick(picker, code, name) {
  const list = picker.querySelector("[data-picked]");
  if (all("input", list).some((input) => input.value === code)) return;
  const tag = picker.querySelector("template").content.cloneNode(true);
  tag.querySelector("span").textContent = `${code} ${name}`;
  tag.querySelector("input").value = code;
  list.append(tag);
}

function choose(input) {
  const typed = input.value.trim().toLowerCase();
  const option = [...input.list.options].find(
    (each) => each.value.toLowerCase() === typed || each.textContent.toLowerCase() === typed,
  );
  if (!option) return false;
  pick(input.closest("[data-picker]"), option.value, option.textContent);
  input.value = "";
  return true;
}

function names(code) {
  const option = [...document.getElementById("endpoint-options").options].find((each) => each.value === code);
  return option ? option.textContent : "";
}

if (form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-picker] input[list]")) choose(event.target);
    agree(event.target);
    sum();
    held();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-picker] input[list]")) return;
    event.preventDefault();
    if (choose(event.target)) changed();
  });
  form.addEventListener("click", (event) => {
    const remove = event.target.closest("[data-remove]");
    const except = event.target.closest("[data-except]");
    if (remove) remove.closest("li").remove();
    else if (except) {
      event.preventDefault();
      const picker = document.getElementById("id_except").closest("[data-picker]");
      for (const code of except.dataset.except.split(",")) pick(picker, code, names(code));
    } else return;
    sum();
    changed();
  });
  // The button that was pressed is gone after the check: who reads by ear or keyboard goes on at the new sheet.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const pressed = event.detail.requestConfig?.elt;
    if (pressed?.matches?.('[name="take_way"], [name="drop_way"]')) document.getElementById("sheet-title")?.focus();
  });
  for (const tier of all("[data-tier]")) {
    const groups = groupsOf(tier);
    if (groups.length) tier.indeterminate = !tier.checked && groups.some((group) => group.checked);
  }
  sum();
  held();
}
