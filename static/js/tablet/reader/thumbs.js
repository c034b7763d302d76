// Small pictures of the pages, drawn when they come into view, one at a time and after the pages themselves.

const WIDTH = 66;
const SHARP = 2;
const MOST = 80;

export class Thumbs {
  /** onChosen(page); `label` names a page for those who do not see it. */
  constructor(root, { label, onChosen }) {
    this.root = root;
    this.label = label;
    this.onChosen = onChosen;
    this.source = null;
    this.buttons = [];
    this.drawn = [];
    this.queue = [];
    this.working = false;
    this.watch = new IntersectionObserver((entries) => this.seen(entries), { root, rootMargin: "100px" });
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-thumb]");
      if (button) onChosen(Number(button.dataset.thumb));
    });
  }

  show(source, first) {
    this.clear();
    this.source = source;
    this.buttons = Array.from({ length: source.pages }, (_none, at) => this.button(at + 1));
    this.root.append(...this.buttons);
    if (source.element) this.picture(first);
    else for (const button of this.buttons) this.watch.observe(button);
  }

  clear() {
    this.watch.disconnect();
    for (const number of this.drawn) this.empty(number);
    for (const button of this.buttons) button.remove();
    [this.source, this.buttons, this.drawn, this.queue] = [null, [], [], []];
  }

  button(number) {
    const button = document.createElement("button");
    const [frame, name] = [document.createElement("span"), document.createElement("span")];
    button.type = "button";
    button.className = "thumb";
    button.dataset.thumb = String(number);
    button.setAttribute("aria-label", this.label(number));
    frame.className = "thumb-frame";
    name.textContent = String(number);
    button.append(frame, name);
    return button;
  }

  picture(address) {
    const image = new Image();
    image.alt = "";
    image.src = address;
    this.buttons[0].firstElementChild.append(image);
  }

  mark(page) {
    for (const button of this.root.querySelectorAll("[aria-current]")) button.removeAttribute("aria-current");
    const button = this.buttons[page - 1];
    if (!button) return;
    button.setAttribute("aria-current", "page");
    const [top, bottom] = [this.root.scrollTop, this.root.scrollTop + this.root.clientHeight];
    if (button.offsetTop < top || button.offsetTop + button.offsetHeight > bottom) {
      this.root.scrollTop = button.offsetTop - this.root.clientHeight / 2 + button.offsetHeight / 2;
    }
  }

  seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const number = Number(target.dataset.thumb);
      this.queue = this.queue.filter((waiting) => waiting !== number);
      if (isIntersecting && !this.drawn.includes(number)) this.queue.push(number);
    }
    this.work();
  }

  async work() {
    if (this.working) return;
    this.working = true;
    while (this.queue.length && this.source) {
      const number = this.queue.shift();
      await new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve));
      await this.draw(number).catch(() => {}); // without the line it stays empty; its number is there
    }
    this.working = false;
  }

  async draw(number) {
    const { source } = this;
    const size = await source.size(number);
    const canvas = document.createElement("canvas");
    const scale = (WIDTH * SHARP) / size.width;
    canvas.width = WIDTH * SHARP;
    canvas.height = Math.max(1, Math.round(size.height * scale));
    const done = await source.paint(number, canvas, scale).done;
    if (!done || source !== this.source) {
      canvas.width = canvas.height = 0;
      return;
    }
    const frame = this.buttons[number - 1].firstElementChild;
    frame.style.aspectRatio = `${size.width} / ${size.height}`;
    frame.replaceChildren(canvas);
    this.drawn.push(number);
    while (this.drawn.length > MOST) this.empty(this.drawn.shift());
  }

  empty(number) {
    const frame = this.buttons[number - 1]?.firstElementChild;
    for (const canvas of frame?.querySelectorAll("canvas") ?? []) canvas.width = canvas.height = 0;
    frame?.replaceChildren();
    // Whoever scrolls back to it sees it drawn again.
    const button = this.buttons[number - 1];
    if (button && this.source) {
      this.watch.unobserve(button);
      this.watch.observe(button);
    }
  }
}
