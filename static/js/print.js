// The button that prints the page as a list (css/print.css).
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
