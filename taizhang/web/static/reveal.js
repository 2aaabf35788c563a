// Opens what an address points into: a clause stands inside its indicator and its section, which are closed until
// somebody asks for them. Browsers of today do this themselves; those of a few years ago do not.
// Where there is room for it, those marked `data-wide` are open from the start; where there is none, those marked
// `data-fold` are closed.

function reveal() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || !target.closest("details:not([open])")) return;
  for (let closed; (closed = target.closest("details:not([open])")); ) closed.open = true;
  target.scrollIntoView();
}

if (matchMedia("(min-width: 40rem)").matches) {
  for (const section of document.querySelectorAll("details[data-wide]")) section.open = true;
} else {
  for (const section of document.querySelectorAll("details[data-fold]")) section.open = false;
}
addEventListener("hashchange", reveal);
reveal();
