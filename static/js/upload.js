// Uploads with true progress: bytes of bytes, time left, cancel; after 10 s a sentence says that it still goes on.
// <form data-upload method="post" enctype="multipart/form-data"> … <div data-upload-state> from parts/_upload.html.

const SENTENCE_AFTER = 10000;
const UNITS = ["B", "kB", "MB", "GB"];

/** "1,2 MB" with the decimal sign of the page's language. */
export function size(bytes, language = document.documentElement.lang) {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit >= 2 && value < 100 ? 1 : 0;
  const text = value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text}\u00a0${UNITS[unit]}`;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Seconds to go at the mean speed so far; rounded up to 5 s so that it does not flicker. */
export function secondsLeft(loaded, total, elapsed) {
  if (!loaded || elapsed < 1500) return null;
  return Math.max(5, Math.ceil(((total - loaded) * elapsed) / loaded / 5000) * 5);
}

function send(form, submitter) {
  const state = form.querySelector("[data-upload-state]");
  const bar = state.querySelector("progress");
  const line = state.querySelector("[data-upload-line]");
  const slow = state.querySelector("[data-upload-slow]");
  const failed = state.querySelector("[data-upload-failed]");
  const cancel = state.querySelector("[data-upload-cancel]");
  const words = state.dataset;
  const request = new XMLHttpRequest();
  const started = performance.now();
  const sentence = setTimeout(() => (slow.hidden = false), SENTENCE_AFTER);

  function end() {
    clearTimeout(sentence);
    slow.hidden = true;
    bar.hidden = true;
    cancel.hidden = true;
    form.removeAttribute("data-sending");
    for (const button of form.querySelectorAll("[type=submit]")) button.disabled = false;
  }

  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.max = event.total;
    bar.value = event.loaded;
    const seconds = secondsLeft(event.loaded, event.total, performance.now() - started);
    const done = event.loaded >= event.total;
    const numbers = { loaded: size(event.loaded), total: size(event.total), seconds: seconds ?? "" };
    line.textContent = fill(done ? words.checking : seconds ? words.left : words.sent, numbers);
  });

  request.addEventListener("load", () => {
    end();
    const event = new CustomEvent("upload:done", { bubbles: true, cancelable: true, detail: { request } });
    if (!form.dispatchEvent(event)) return;
    if (request.status < 400) {
      const next = request.getResponseHeader("HX-Redirect") ?? request.responseURL;
      if (next) location.assign(next);
      return;
    }
    // A refusal is a page or a part with its own message: put it where the form stands.
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const part = form.id && page.getElementById(form.id);
    if (part) form.replaceWith(part);
    else {
      line.textContent = "";
      failed.hidden = false;
    }
  });

  for (const kind of ["error", "timeout"]) {
    request.addEventListener(kind, () => {
      end();
      line.textContent = "";
      failed.hidden = false;
      failed.focus();
    });
  }
  request.addEventListener("abort", () => {
    end();
    state.hidden = true;
  });
  cancel.onclick = () => request.abort();

  const body = new FormData(form);
  if (submitter?.name) body.append(submitter.name, submitter.value);
  for (const button of form.querySelectorAll("[type=submit]")) button.disabled = true;
  state.hidden = false;
  failed.hidden = true;
  bar.hidden = false;
  cancel.hidden = false;
  bar.value = 0;
  form.setAttribute("data-sending", "");
  request.open("POST", form.action || location.href);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.send(body);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]") || event.defaultPrevented) return;
  event.preventDefault();
  if (!form.hasAttribute("data-sending")) send(form, event.submitter);
});

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-sending]")) event.preventDefault();
});
