// The strip at the foot: the facts of one endpoint, asked of the server when its tile is opened.

/** addressOf(code) → where the facts are; onShown(code or null) when others stand there; onClosed(code) when it was closed
 * by hand. Returns {open(code), code()}. */
export function createStrip({ addressOf, onShown, onClosed }) {
  const holder = document.querySelector("[data-strip]");
  let newest = 0;

  function code() {
    return holder.querySelector("[data-endpoint-strip]")?.dataset.endpointStrip ?? null;
  }

  function remember(chosen) {
    const address = new URL(location.href);
    if (chosen) address.searchParams.set("endpoint", chosen);
    else address.searchParams.delete("endpoint");
    address.hash = "";
    history.replaceState(null, "", address);
  }

  async function open(chosen, { focus = true } = {}) {
    const mine = ++newest;
    const response = await fetch(addressOf(chosen));
    if (!response.ok || response.redirected) {
      location.reload(); // logged out, or no longer allowed: the page says which
      return;
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (mine !== newest) return;
    holder.replaceChildren(...[...page.body.children].map((part) => document.importNode(part, true)));
    remember(chosen);
    onShown(chosen);
    if (focus) holder.querySelector("h2").focus();
  }

  function close() {
    const was = code();
    if (!was) return;
    newest += 1;
    holder.replaceChildren();
    remember(null);
    onShown(null);
    onClosed(was);
  }

  holder.addEventListener("click", (event) => event.target.closest("[data-close-strip]") && close());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.target.closest("input, select, dialog")) close();
  });
  return { open, code };
}
