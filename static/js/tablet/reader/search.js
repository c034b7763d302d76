// Searching the text of the document, marks and capitals ignored: "giai ngan" finds "Giải ngân".

import { fill, put, show } from "../words.js";

/** The text without marks and capitals, each letter at its own place. */
export function fold(text) {
  return [...text.normalize("NFC")]
    .map((letter) => {
      const bare = letter.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
      return bare.length === letter.length ? bare : letter;
    })
    .join("");
}

/** Where `wanted` stands in `text`, both folded. */
export function places(text, wanted) {
  const found = [];
  for (let at = text.indexOf(wanted); wanted && at !== -1; at = text.indexOf(wanted, at + wanted.length)) found.push(at);
  return found;
}

export class Search {
  /** pages: the pages that show what was found; source(): the present source. */
  constructor(panel, { pages, source, opener }) {
    this.panel = panel;
    this.pages = pages;
    this.source = source;
    this.opener = opener;
    this.input = panel.querySelector("[data-search-text]");
    this.said = panel.querySelector("[data-found]");
    this.wanted = "";
    this.hits = [];
    this.at = 0;
    this.run = 0;
    opener.addEventListener("click", () => (panel.hidden ? this.open() : this.close()));
    panel.querySelector("[data-search-close]").addEventListener("click", () => this.close());
    panel.querySelector("[data-search-on]").addEventListener("click", () => this.step(1));
    panel.querySelector("[data-search-back]").addEventListener("click", () => this.step(-1));
    this.input.addEventListener("input", () => this.begin());
    panel.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.target === this.input) this.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  }

  open() {
    show(this.panel, true);
    this.opener.setAttribute("aria-expanded", "true");
    this.input.focus();
    this.input.select();
  }

  close() {
    show(this.panel, false);
    this.opener.setAttribute("aria-expanded", "false");
    this.forget();
    this.opener.focus();
  }

  /** Forget what was found: the search is closed, or another document stands there. */
  forget() {
    this.run += 1;
    this.wanted = "";
    this.hits = [];
    this.input.value = "";
    put(this.said, "");
    this.mark();
  }

  async begin() {
    const run = ++this.run;
    const source = this.source();
    this.wanted = fold(this.input.value.trim());
    this.hits = [];
    this.mark();
    put(this.said, "");
    if (!source || this.wanted.length < 2) return;
    const start = this.pages.page;
    let letters = 0;
    for (let number = 1; number <= source.pages; number += 1) {
      const text = fold(await source.text(number).catch(() => ""));
      if (run !== this.run) return;
      letters += text.length;
      places(text, this.wanted).forEach((_place, nth) => this.hits.push({ page: number, nth }));
      if (number % 25 === 0) put(this.said, fill(this.said.dataset.busy, { page: number }));
    }
    if (!this.hits.length) {
      put(this.said, letters ? this.said.dataset.none : this.said.dataset.scan);
      return;
    }
    this.at = Math.max(0, this.hits.findIndex((hit) => hit.page >= start));
    this.reveal();
  }

  step(by) {
    if (!this.hits.length) return;
    this.at = (this.at + by + this.hits.length) % this.hits.length;
    this.reveal();
  }

  reveal() {
    const { page } = this.hits[this.at];
    put(this.said, fill(this.said.dataset.words, { hit: this.at + 1, hits: this.hits.length, page }));
    if (this.pages.page !== page) this.pages.go(page);
    this.mark();
  }

  /** Mark what was found on the pages whose text is there. Called for each page whose text has come, too. */
  mark(only = null) {
    for (const layer of document.querySelectorAll(".reader-page .textLayer")) {
      const number = Number(layer.parentElement.dataset.page);
      if (only === null || only === number) this.markPage(number, layer);
    }
  }

  markPage(number, layer) {
    const present = this.hits[this.at];
    const marked = [];
    for (const span of layer.querySelectorAll("span[role]")) {
      const found = this.wanted.length >= 2 ? places(fold(span.textContent), this.wanted).length : 0;
      span.classList.toggle("found", found > 0);
      span.classList.remove("found-now");
      for (let count = 0; count < found; count += 1) marked.push(span);
    }
    if (present?.page !== number || !marked.length) return;
    const now = marked[Math.min(present.nth, marked.length - 1)];
    now.classList.add("found-now");
    this.pages.reveal(now);
  }
}
