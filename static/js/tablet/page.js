// What every page in the hand does: shows what succeeded, closes menus, keeps a pressed button in its place.

import "../dot.js";
import { adopt } from "../toast.js";
import { busy, ready } from "../busy.js";

adopt();

document.addEventListener("submit", (event) => {
  if (event.submitter && !event.defaultPrevented) setTimeout(() => busy(event.submitter));
});
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll('[aria-busy="true"]').forEach(ready);
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
