// On a narrow page the strip of the day begins at seven; it is moved to where the line of now stands.
const strip = document.querySelector(".strip-scroll");
const now = strip?.querySelector(".now-mark");
if (now && strip.scrollWidth > strip.clientWidth) strip.scrollLeft = now.offsetLeft - strip.clientWidth / 2;
