// The pages one under the other. All have their place and size; only a few near the reader's eye are painted, for an iPad
// gives all canvases of a page 256 MB and then shows white. What is painted is bounded in number and in area, and a canvas
// that is given up is emptied, so that its memory is free at once.

const PAINTED = 3;
const MOST_AREA = 4_500_000; // pixels of one canvas: 18 MB
const SHARPEST = 2; // device pixels per CSS pixel
const GAP = 10;
const STEP = 1.25;
const [SMALLEST, LARGEST] = [0.25, 5];

function empty(box) {
  for (const canvas of box.querySelectorAll("canvas")) canvas.width = canvas.height = 0;
  box.replaceChildren();
}

export class Pages {
  /**
   * root       the element that scrolls
   * onPage     (page) the page before the reader's eye is another one
   * onLayer    (page, container) the text of a page lies over its picture
   * onFailed   (page) a page could not be painted
   */
  constructor(root, { label, onPage, onLayer, onFailed }) {
    this.root = root;
    this.label = label;
    this.onPage = onPage;
    this.onLayer = onLayer;
    this.onFailed = onFailed;
    this.source = null;
    this.boxes = [];
    this.sizes = [];
    this.painted = new Map();
    this.zoom = "read";
    this.page = 1;
    this.waiting = 0;
    this.pinched = null;
    root.addEventListener("scroll", () => this.soon(), { passive: true });
    new ResizeObserver(() => this.resized()).observe(root);
  }

  /** Show a source at a page. The pages that stood there are gone. */
  async show(source, page) {
    this.clear();
    const first = await source.size(1);
    this.source = source;
    this.page = Math.min(Math.max(1, page), source.pages);
    this.sizes = Array.from({ length: source.pages }, () => first);
    this.boxes = this.sizes.map((_size, at) => this.box(at + 1));
    this.root.append(...this.boxes);
    this.lay();
    this.go(this.page);
    this.onPage(this.page);
  }

  clear() {
    for (const number of [...this.painted.keys()]) this.release(number);
    for (const box of this.boxes) box.remove();
    this.boxes = [];
    this.sizes = [];
    this.source = null;
  }

  get pages() {
    return this.boxes.length;
  }

  /** Whether the pages are wider than the view: fingers then move the page, they do not turn it. */
  get wide() {
    return this.root.scrollWidth > this.root.clientWidth + 1;
  }

  box(number) {
    const box = document.createElement("div");
    box.className = "reader-page";
    box.dataset.page = String(number);
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", this.label(number));
    return box;
  }

  // --- size and place -----------------------------------------------------------------------------------------------

  scaleOf(size) {
    if (typeof this.zoom === "number") return this.zoom;
    const wide = this.root.clientWidth - 2 * GAP - 12;
    const high = this.root.clientHeight - 2 * GAP;
    const full = wide / size.width;
    if (this.zoom === "page") return Math.min(full, high / size.height);
    const narrow = this.root.clientWidth < 860 || size.width > size.height;
    if (this.zoom === "width" || narrow) return full;
    return Math.max(640, 0.6 * this.root.clientWidth) / size.width;
  }

  lay() {
    this.boxes.forEach((box, at) => {
      const scale = this.scaleOf(this.sizes[at]);
      box.style.width = `${Math.round(this.sizes[at].width * scale)}px`;
      box.style.height = `${Math.round(this.sizes[at].height * scale)}px`;
    });
  }

  /** Lay anew and keep what is before the reader's eye where it is. */
  layKeeping(change = () => {}) {
    const box = this.boxes[this.page - 1];
    if (!box) return;
    const share = (this.root.scrollTop - box.offsetTop) / (box.offsetHeight || 1);
    change();
    this.lay();
    this.root.scrollTop = box.offsetTop + share * box.offsetHeight;
    this.soon();
  }

  resized() {
    if (!this.boxes.length || typeof this.zoom === "number") return this.soon();
    this.layKeeping();
    this.repaint();
  }

  setZoom(zoom) {
    const present = this.scaleOf(this.sizes[this.page - 1] ?? { width: 1, height: 1 });
    const next = zoom === "in" ? present * STEP : zoom === "out" ? present / STEP : zoom;
    this.layKeeping(() => {
      this.zoom = typeof next === "number" ? Math.min(LARGEST, Math.max(SMALLEST, next)) : next;
    });
    this.repaint();
  }

  /** Follow two fingers: `ratio` to the size at which they came down. Painted anew when they have left. */
  pinch(ratio, { ended }) {
    this.pinched ??= this.scaleOf(this.sizes[this.page - 1] ?? { width: 1, height: 1 });
    const scale = Math.min(LARGEST, Math.max(SMALLEST, this.pinched * ratio));
    this.layKeeping(() => (this.zoom = scale));
    if (!ended) return;
    this.pinched = null;
    this.repaint();
  }

  /** Show a page from its top. */
  go(page) {
    const number = Math.min(Math.max(1, page), this.pages);
    const box = this.boxes[number - 1];
    if (!box) return;
    this.root.scrollTop = box.offsetTop - GAP;
    this.soon();
  }

  reveal(element) {
    const [inside, around] = [element.getBoundingClientRect(), this.root.getBoundingClientRect()];
    this.root.scrollTop += inside.top - around.top - around.height / 3;
  }

  // --- painting -----------------------------------------------------------------------------------------------------

  soon() {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.look();
    });
  }

  /** The page that covers the line a third down the view. */
  present() {
    const line = this.root.scrollTop + this.root.clientHeight / 3;
    let [low, high] = [0, this.boxes.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.boxes[middle].offsetTop <= line) low = middle;
      else high = middle - 1;
    }
    const last = this.boxes.length - 1;
    const atEnd = this.root.scrollTop + this.root.clientHeight >= this.root.scrollHeight - 2;
    const seen = atEnd && this.boxes[last].offsetTop < this.root.scrollTop + this.root.clientHeight;
    return (seen ? last : low) + 1;
  }

  look() {
    if (!this.source) return;
    const page = this.present();
    this.root.classList.toggle("wide", this.wide);
    if (page !== this.page) {
      this.page = page;
      this.onPage(page);
    }
    const wanted = this.wanted();
    for (const number of [...this.painted.keys()]) if (!wanted.includes(number)) this.release(number);
    for (const number of wanted) if (!this.painted.get(number)?.fresh) this.paint(number);
  }

  /** Those in view, the present one first, then the next and the one before; never more than PAINTED. */
  wanted() {
    const [top, bottom] = [this.root.scrollTop, this.root.scrollTop + this.root.clientHeight];
    const inView = (number) => {
      const box = this.boxes[number - 1];
      return box.offsetTop < bottom && box.offsetTop + box.offsetHeight > top;
    };
    const near = [this.page, this.page + 1, this.page - 1, this.page + 2].filter((n) => n >= 1 && n <= this.pages);
    return [...near.filter(inView), ...near.filter((number) => !inView(number))].slice(0, PAINTED);
  }

  async paint(number) {
    const { source } = this;
    const box = this.boxes[number - 1];
    const mine = { fresh: true, cancel() {} };
    this.painted.set(number, mine);
    try {
      await this.measure(number);
      if (this.painted.get(number) !== mine) return;
      if (source.element) box.replaceChildren(source.element());
      else await this.paintCanvas(number, box, mine);
    } catch {
      // The line went before this page came, or the page itself is broken. Painted anew when it is looked at again.
      if (this.painted.get(number) === mine) {
        this.painted.delete(number);
        this.onFailed(number);
      }
    }
  }

  async measure(number) {
    const { source } = this;
    const size = await source.size(number);
    const known = this.sizes[number - 1];
    if (source !== this.source || (known.width === size.width && known.height === size.height)) return;
    this.layKeeping(() => (this.sizes[number - 1] = size));
  }

  async paintCanvas(number, box, mine) {
    const size = this.sizes[number - 1];
    const scale = this.scaleOf(size);
    const area = size.width * size.height * scale * scale;
    const sharp = Math.min(SHARPEST, window.devicePixelRatio || 1, Math.sqrt(MOST_AREA / area));
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(size.width * scale * sharp);
    canvas.height = Math.floor(size.height * scale * sharp);
    const painting = this.source.paint(number, canvas, scale * sharp);
    mine.cancel = () => {
      painting.cancel();
      if (!canvas.isConnected) canvas.width = canvas.height = 0;
    };
    if (!(await painting.done) || this.painted.get(number) !== mine || !mine.fresh) return;
    const layer = document.createElement("div");
    layer.className = "textLayer";
    empty(box);
    box.append(canvas, layer);
    await this.source?.layer(number, layer, scale);
    if (this.painted.get(number) === mine) this.onLayer(number, layer);
  }

  release(number) {
    this.painted.get(number)?.cancel();
    this.painted.delete(number);
    empty(this.boxes[number - 1]);
    this.source?.release(number).catch(() => {});
  }

  /** After another size: what is painted is painted again, the old picture stands until the new one is there. */
  repaint() {
    for (const mine of this.painted.values()) {
      mine.fresh = false;
      mine.cancel();
    }
    this.soon();
  }
}
