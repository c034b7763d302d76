// Icons that are drawn only when something happens must be in the page beforehand: without a line the browser would not
// find them in the sprite.

const SVG = "http://www.w3.org/2000/svg";

/** Take the icons of all templates into the page, and let the templates use them from there. */
export async function keepIcons() {
  const uses = [...document.querySelectorAll("template")].flatMap((template) => [...template.content.querySelectorAll("use")]);
  if (!uses.length) return;
  const address = uses[0].getAttribute("href").split("#")[0];
  let sprite;
  try {
    const text = await (await fetch(address)).text();
    sprite = new DOMParser().parseFromString(text, "image/svg+xml");
  } catch {
    return; // the words stand beside the icons
  }
  const kept = document.createElementNS(SVG, "svg");
  kept.setAttribute("hidden", "");
  kept.setAttribute("aria-hidden", "true");
  for (const use of uses) {
    const name = use.getAttribute("href").split("#")[1];
    const symbol = sprite.getElementById(name);
    if (!symbol) continue;
    if (!kept.querySelector(`[id="kept-${name}"]`)) {
      const copy = document.importNode(symbol, true);
      copy.id = `kept-${name}`;
      kept.append(copy);
    }
    use.setAttribute("href", `#kept-${name}`);
  }
  document.body.append(kept);
}
