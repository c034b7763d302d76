// Sound and vibration of a result: an usher looks at the delegate, not at the screen.

const SIGNALS = {
  valid: { tones: [[1760, 0, 120]], shake: 60 },
  already: { tones: [[1320, 0, 90], [1320, 150, 90]], shake: [60, 60, 60] },
  elsewhere: { tones: [[330, 0, 320]], shake: 200 },
  invalid: { tones: [[220, 0, 200], [220, 300, 200]], shake: [200, 100, 200] },
  waiting: { tones: [[880, 0, 80]], shake: 60 },
};

let context = null;

function unlock() {
  // Browsers give sound only after the person has touched the page once.
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") context.resume();
  } catch {
    context = null; // no sound on this device: colour, word and vibration remain
  }
}

for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, unlock);

function beep(frequency, after, length) {
  const start = context.currentTime + after / 1000;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = frequency;
  tone.type = "square";
  // Without a ramp the loudspeaker clicks.
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.2, start + 0.01);
  volume.gain.setValueAtTime(0.2, start + length / 1000 - 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + length / 1000);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + length / 1000);
}

/** Play the signal of a look: "valid", "already", "elsewhere", "invalid", "waiting". */
export function signal(look) {
  const { tones, shake } = SIGNALS[look] ?? {};
  if (!tones) return;
  // As with sound: a telephone shakes only after it has been touched.
  if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(shake);
  if (context?.state === "running") for (const tone of tones) beep(...tone);
}
