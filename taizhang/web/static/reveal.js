// Opens what an address points into: a clause stands inside its indicator, which is closed until somebody asks for it.
// Browsers of today do this themselves; those of a few years ago do not.

function reveal() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const closed = target.closest("details:not([open])");
  if (!closed) return;
  closed.open = true;
  target.scrollIntoView();
}

addEventListener("hashchange", reveal);
reveal();
