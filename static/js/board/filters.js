// Only the short ones, only those without a tablet, only a part of the network, only what has this name. The address
// keeps all but the name.

function folded(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "").replaceAll("đ", "d");
}

/** isShort(place) tells whether the tile of a place is short now, tabletsAt(place) how its tablets stand. Returns {apply()}. */
export function filterTiles({ isShort, tabletsAt, onApplied }) {
  const form = document.querySelector("[data-filters]");
  const places = [...document.querySelectorAll(".tile-place")];
  const headings = [...document.querySelectorAll(".tile-heading[data-group]")];
  const none = document.querySelector("[data-none]");
  const { find, short, group, tablets } = form.elements; // the last is there for those who run the meeting

  function apply() {
    const words = folded(find.value).split(/\s+/).filter(Boolean);
    const filled = new Set();
    for (const place of places) {
      const shown =
        (!short.checked || isShort(place)) &&
        (!tablets?.value || tablets.value === tabletsAt(place)) &&
        (!group.value || place.dataset.group === group.value) &&
        words.every((word) => place.dataset.find.includes(word));
      place.hidden = !shown;
      if (shown) filled.add(place.dataset.group);
    }
    for (const heading of headings) heading.hidden = !filled.has(heading.dataset.group);
    none.hidden = filled.size > 0 || places.length === 0;
    onApplied();
  }

  function keep() {
    const address = new URL(location.href);
    for (const [name, value] of [["short", short.checked ? "1" : ""], ["group", group.value], ["tablets", tablets?.value]]) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    history.replaceState(null, "", address);
  }

  for (const field of form.elements) {
    field.addEventListener("input", () => {
      apply();
      if (field !== find) keep();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  // On the board "/" finds a tile; everywhere else it finds meetings.
  document.addEventListener(
    "keydown",
    (event) => {
      const typing = event.target.closest("input, select, textarea");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      find.focus();
      find.select();
    },
    true,
  );
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !find.value) return;
    find.value = "";
    apply();
  });
  return { apply, find };
}
