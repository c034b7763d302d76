// What is read: a PDF through pdf.js, which is loaded only now, or a picture as a document of one page.
//
// A source has: pages; size(page) → {width, height} in CSS pixels at scale 1; paint(page, canvas, scale) → {done, cancel()};
// layer(page, container, scale) → promise; text(page) → promise of a string; whole, a promise kept when all bytes are in
// memory; close(). A picture has `element()` instead of paint and layer.

export class Broken extends Error {}
export class Unreachable extends Error {}

const POINT = 4 / 3;

async function library({ pdf, worker }) {
  let pdfjs;
  try {
    pdfjs = await import(pdf);
  } catch (error) {
    throw new Unreachable(error.message);
  }
  pdfjs.GlobalWorkerOptions.workerSrc = worker;
  return pdfjs;
}

class PdfSource {
  constructor(pdfjs, task, pdf) {
    this.pdfjs = pdfjs;
    this.task = task;
    this.pdf = pdf;
    this.pages = pdf.numPages;
    this.whole = pdf.getDownloadInfo();
    this.texts = new Map();
  }

  async size(number) {
    const { width, height } = (await this.pdf.getPage(number)).getViewport({ scale: POINT });
    return { width, height };
  }

  paint(number, canvas, scale) {
    let task = null;
    let cancelled = false;
    const done = (async () => {
      const page = await this.pdf.getPage(number);
      if (cancelled) return false;
      task = page.render({ canvas, viewport: page.getViewport({ scale: scale * POINT }) });
      try {
        await task.promise;
      } catch (error) {
        if (error instanceof this.pdfjs.RenderingCancelledException) return false;
        throw error;
      }
      return true;
    })();
    return {
      done,
      cancel() {
        cancelled = true;
        task?.cancel();
      },
    };
  }

  async layer(number, container, scale) {
    const page = await this.pdf.getPage(number);
    const viewport = page.getViewport({ scale: scale * POINT });
    container.style.setProperty("--total-scale-factor", String(scale * POINT));
    const layer = new this.pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container, viewport });
    await layer.render();
  }

  async text(number) {
    if (!this.texts.has(number)) {
      const content = await (await this.pdf.getPage(number)).getTextContent();
      this.texts.set(number, content.items.map((item) => (item.str ?? "") + (item.hasEOL ? " " : "")).join(""));
    }
    return this.texts.get(number);
  }

  /** Give back what a page that is no longer drawn took. */
  async release(number) {
    (await this.pdf.getPage(number)).cleanup();
  }

  close() {
    this.texts.clear();
    return this.task.destroy();
  }
}

class PictureSource {
  constructor(image, address) {
    this.pages = 1;
    this.image = image;
    this.address = address;
    this.whole = Promise.resolve();
  }

  async size() {
    return { width: this.image.naturalWidth, height: this.image.naturalHeight };
  }

  element() {
    return this.image;
  }

  async text() {
    return "";
  }

  async release() {}

  async close() {
    this.image.removeAttribute("src");
    URL.revokeObjectURL(this.address);
  }
}

async function openPdf(row, scripts, onProgress) {
  const pdfjs = await library(scripts);
  const beside = (folder) => new URL(`${folder}/`, new URL(scripts.pdf, location.href)).href;
  const task = pdfjs.getDocument({
    url: row.url,
    cMapUrl: beside("cmaps"),
    cMapPacked: true,
    standardFontDataUrl: beside("standard_fonts"),
    wasmUrl: beside("wasm"),
    iccUrl: beside("iccs"),
    enableXfa: false,
    rangeChunkSize: 256 * 1024,
  });
  task.onProgress = ({ loaded, total }) => onProgress(loaded, total || row.bytes);
  try {
    return new PdfSource(pdfjs, task, await task.promise);
  } catch (error) {
    await task.destroy();
    const broken = error instanceof pdfjs.InvalidPDFException || error instanceof pdfjs.PasswordException;
    throw broken ? new Broken(error.message) : new Unreachable(error.message);
  }
}

async function openPicture(row) {
  let bytes;
  try {
    const answer = await fetch(row.url);
    if (!answer.ok) throw new Unreachable(String(answer.status));
    bytes = await answer.blob();
  } catch (error) {
    throw error instanceof Unreachable ? error : new Unreachable(error.message);
  }
  const image = new Image();
  const address = URL.createObjectURL(bytes);
  image.alt = row.title;
  image.src = address;
  try {
    await image.decode();
  } catch (error) {
    URL.revokeObjectURL(address);
    throw new Broken(error.message);
  }
  return new PictureSource(image, address);
}

/** Open the document of a row. Raises Unreachable (no line, or no longer there) or Broken (its content). */
export function open(row, scripts, onProgress) {
  return row.content_type === "application/pdf" ? openPdf(row, scripts, onProgress) : openPicture(row);
}
