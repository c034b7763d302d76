// Keys and fingers in the reader: pages by PageUp and PageDown, the arrows to the side, Home and End, a swipe; size by two
// fingers.

const FAR_ENOUGH = 60;

function typing(element) {
  return /^(INPUT|SELECT|TEXTAREA)$/.test(element?.tagName ?? "");
}

export function bindKeys({ area, pages, search, openDrawer, onZoomed }) {
  const keys = {
    PageDown: () => pages.go(pages.page + 1),
    PageUp: () => pages.go(pages.page - 1),
    ArrowRight: () => pages.go(pages.page + 1),
    ArrowLeft: () => pages.go(pages.page - 1),
    Home: () => pages.go(1),
    End: () => pages.go(pages.pages),
    Escape: () => openDrawer(false),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "f") {
      // The browser would find only what is painted at this moment.
      event.preventDefault();
      search.open();
      return;
    }
    if (event.ctrlKey || event.metaKey || typing(event.target) || !keys[event.key]) return;
    if (pages.wide && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    keys[event.key]();
  });

  let start = null;
  let pinch = null;
  const apart = ([one, other]) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);

  area.addEventListener("touchstart", ({ touches }) => {
    start = touches.length === 1 ? { x: touches[0].clientX, y: touches[0].clientY } : null;
    pinch = touches.length === 2 ? { from: apart(touches), ratio: 1 } : null;
  }, { passive: true });

  area.addEventListener("touchmove", (event) => {
    if (!pinch || event.touches.length !== 2) return;
    // The pages grow, not the whole screen with its bars.
    event.preventDefault();
    pinch.ratio = apart(event.touches) / pinch.from;
    pages.pinch(pinch.ratio, { ended: false });
  }, { passive: false });

  area.addEventListener("touchend", (event) => {
    if (pinch && event.touches.length < 2) {
      pages.pinch(pinch.ratio, { ended: true });
      pinch = null;
      onZoomed();
    }
    const [touch] = event.changedTouches;
    if (!start || pages.wide) return;
    const [across, along] = [touch.clientX - start.x, touch.clientY - start.y];
    start = null;
    if (Math.abs(across) > FAR_ENOUGH && Math.abs(across) > 2 * Math.abs(along)) pages.go(pages.page + (across < 0 ? 1 : -1));
  }, { passive: true });
}
