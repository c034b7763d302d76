// Narrows the list of endpoints while the name is being typed; without script the form does the same.

const form = document.querySelector("[data-narrow]");
const list = document.querySelector("[data-narrow-list]");

/** The folded form of accounts/text.py: no marks, no capitals, đ as d. */
function folded(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "").replaceAll("đ", "d");
}

if (form && list) {
  const count = document.querySelector("[data-narrow-count]");
  const none = document.querySelector("[data-narrow-none]");
  const numbers = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-US" : "vi-VN");
  form.elements.q.addEventListener("input", () => {
    const words = folded(form.elements.q.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of list.children) {
      item.hidden = !words.every((word) => item.dataset.find.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    count.textContent = (shown === 1 ? count.dataset.one : count.dataset.words).replace("{count}", numbers.format(shown));
    none.hidden = shown > 0;
  });
}
