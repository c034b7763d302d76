// The camera: front or back, light when it has one, given back while the page is not looked at.

/** Why there is no picture: "insecure", "refused", "missing". */
function reasonOf(error) {
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "refused";
  return "missing";
}

/**
 * video     the element that shows the picture
 * onState   ("starting" | "on" | "off" | "insecure" | "refused" | "missing", {several, torch})
 */
export function createCamera(video, onState) {
  let stream = null;
  let facing = "environment";
  let wanted = false;

  function track() {
    return stream?.getVideoTracks()[0] ?? null;
  }

  async function start() {
    wanted = true;
    if (stream) return;
    if (!navigator.mediaDevices?.getUserMedia) {
      onState("insecure", {});
      return;
    }
    onState("starting", {});
    try {
      const found = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: facing, width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      if (!wanted || stream) {
        for (const one of found.getTracks()) one.stop();
        return;
      }
      stream = found;
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      if (error.name === "AbortError") return; // the page was left while the camera started
      release();
      onState(reasonOf(error), {});
      return;
    }
    track().addEventListener("ended", () => {
      release();
      onState("off", {});
    });
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    onState("on", { several: cameras.length > 1, torch: Boolean(track()?.getCapabilities?.().torch) });
  }

  function release() {
    for (const one of stream?.getTracks() ?? []) one.stop();
    stream = null;
    video.srcObject = null;
  }

  function stop() {
    wanted = false;
    release();
    onState("off", {});
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") release();
    else if (wanted) start();
  });

  return {
    start,
    stop,
    async turnRound() {
      facing = facing === "environment" ? "user" : "environment";
      release();
      await start();
    },
    /** Light on or off; resolves to whether it burns. */
    async light(on) {
      try {
        await track()?.applyConstraints({ advanced: [{ torch: on }] });
        return on;
      } catch {
        return false;
      }
    },
  };
}
