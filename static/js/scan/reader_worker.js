// Reads codes from pictures with zxing-wasm. A classic worker, because the library is a classic script.

/* global ZXingWASM, importScripts */

const OPTIONS = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 };

onmessage = async ({ data }) => {
  if (data.library) {
    importScripts(data.library);
    ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => data.wasm }, fireImmediately: true });
    return;
  }
  let texts = [];
  try {
    const picture = new ImageData(new Uint8ClampedArray(data.pixels), data.side, data.side);
    const found = await ZXingWASM.readBarcodes(picture, OPTIONS);
    texts = found.filter((one) => one.isValid).map((one) => one.text);
  } finally {
    postMessage({ texts });
  }
};
