// Looks for a code in the picture of the camera, a few times a second, in a worker: the page stays quick.

const PAUSE = 90;
const SIDE = 720;
const SAME_AGAIN = 3000; // the same code counts anew when it was out of the picture this long

/**
 * video    playing element
 * worker, library, wasm   addresses
 * onCode   (text) once for each code that is held before the camera
 *
 * Returns { start(), stop() }.
 */
export function createReader({ video, worker, library, wasm, onCode }) {
  const canvas = document.createElement("canvas");
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  let helper = null;
  let looking = false;
  let timer = 0;
  let last = { text: "", seen: 0 };

  function summon() {
    helper = new Worker(worker);
    helper.postMessage({ library, wasm });
    helper.onmessage = ({ data }) => {
      for (const text of data.texts) meet(text);
      next();
    };
    helper.onerror = () => next();
  }

  function meet(text) {
    const now = Date.now();
    const fresh = text !== last.text || now - last.seen > SAME_AGAIN;
    last = { text, seen: now };
    if (fresh) onCode(text);
  }

  function next() {
    clearTimeout(timer);
    if (looking) timer = setTimeout(look, PAUSE);
  }

  function look() {
    const { videoWidth: width, videoHeight: height } = video;
    if (video.readyState < 2 || !width) {
      next();
      return;
    }
    // The middle of the picture, as a square: what the frame on the screen shows, and some margin.
    const side = Math.min(width, height);
    const scale = Math.min(1, SIDE / side);
    canvas.width = canvas.height = Math.round(side * scale);
    paper.drawImage(video, (width - side) / 2, (height - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
    const picture = paper.getImageData(0, 0, canvas.width, canvas.height);
    helper.postMessage({ pixels: picture.data.buffer, side: canvas.width }, [picture.data.buffer]);
  }

  return {
    start() {
      if (looking) return;
      looking = true;
      if (!helper) summon();
      next();
    },
    stop() {
      looking = false;
      clearTimeout(timer);
    },
  };
}
