// Native dialogs, one at a time. Resolves to the dialog's return value ("" when left with Esc).

export function open(dialog) {
  document.querySelector("dialog[open]")?.close("");
  const before = document.activeElement;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        if (before?.isConnected) before.focus();
        resolve(dialog.returnValue);
      },
      { once: true },
    );
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close]");
  if (button) button.closest("dialog")?.close("");
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) open(document.getElementById(opener.dataset.openDialog));
});
