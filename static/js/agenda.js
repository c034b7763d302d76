// The order of the agenda: dragging by the grip, and Alt with an arrow. The buttons of each row do the same without script.

let sortable = null;

function order(list) {
  return [...list.querySelectorAll(":scope > [data-item]")].map((row) => row.dataset.item);
}

function save(list, before) {
  const after = order(list).join(",");
  if (after === before) return;
  htmx.ajax("POST", list.dataset.orderUrl, { values: { order: after }, target: "#meeting-agenda", swap: "outerHTML" });
}

function prepare() {
  const list = document.querySelector("[data-agenda]");
  if (!list || sortable?.el === list || !window.Sortable) return;
  sortable?.destroy();
  let before = "";
  sortable = window.Sortable.create(list, {
    handle: "[data-grip]",
    draggable: "[data-item]",
    chosenClass: "dragged",
    animation: 0,
    onStart: () => (before = order(list).join(",")),
    onEnd: () => save(list, before),
  });
}

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !/^Arrow(Up|Down)$/.test(event.key)) return;
  const row = event.target.closest?.("[data-agenda] > [data-item]");
  if (!row) return;
  event.preventDefault();
  const button = document.getElementById(`item-${row.dataset.item}-${event.key === "ArrowUp" ? "up" : "down"}`);
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  button.focus();
  button.click();
});

document.addEventListener("htmx:afterSettle", prepare);
addEventListener("load", prepare);
