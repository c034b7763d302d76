// Keeps the screen lit while a page that hangs on a wall, or is in an usher's hand, is looked at.

let lock = null;

async function ask() {
  if (document.visibilityState !== "visible" || lock) return;
  try {
    lock = await navigator.wakeLock?.request("screen");
    lock?.addEventListener("release", () => {
      lock = null;
    });
  } catch {
    // the battery is low or the browser does not want to: the device's own setting decides
  }
}

export function keepAwake() {
  ask();
  document.addEventListener("visibilitychange", ask);
}
