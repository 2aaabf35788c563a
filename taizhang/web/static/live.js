// Keeps an open page up to date: when a unit that it shows has something new, the page is fetched again and the parts
// that may move (marked `data-live`, each with an id) are put in the place of the old ones. Forms are never touched.
//
// <main> or a part says which units it shows: data-live-units="wj-01 wj-02", or "*" for every unit; and, where it can,
// after which event of the ledger it was made: data-live-since="1234". What came between then and now is asked for.
// A page that answers a form has another address than the list in it: data-live-address="/review?tab=claim".
// A list inside a form is `data-live="rows"`: its rows, each with an id, come, go and change one by one, and what is
// ticked stays ticked.

// What the server sent for each part: what somebody opened in it since is no news.
const sent = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part.id, part.innerHTML]));

// Where the ledger's addresses begin: nothing, or "/l/NAME" for one of several.
const root = document.documentElement.dataset.root ?? "";
const watched = document.querySelector("[data-live-units]");
if (watched) start(watched.dataset.liveUnits.split(" "), watched.dataset.liveSince);

function start(units, since) {
  const concerns = (changed) => units.includes("*") || changed.some((unit) => units.includes(unit));
  let sequence = since ? Number(since) : null;
  let refreshing = Promise.resolve();
  const heard = (change) => {
    sequence = change.sequence;
    if (concerns(change.units)) refreshing = refreshing.then(refresh, refresh);
  };
  if ("EventSource" in window) {
    const source = new EventSource(since ? `${root}/changes?since=${since}` : `${root}/changes`);
    let opened = false;
    source.addEventListener("open", () => {
      // After a gap nobody knows what was missed.
      if (opened) refreshing = refreshing.then(refresh, refresh);
      opened = true;
    });
    source.addEventListener("change", (event) => heard(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) poll();
    });
  } else {
    poll();
  }

  async function poll() {
    try {
      const response = await fetch(`${root}/changes/since/${sequence ?? 0}`, { headers: { accept: "application/json" } });
      if (response.ok) {
        const change = await response.json();
        if (sequence !== null && change.units.length) heard(change);
        sequence = change.sequence;
      }
    } catch {
      // No connection now; the next try may have one.
    }
    setTimeout(poll, 1500);
  }
}

async function refresh() {
  const response = await fetch(watched.dataset.liveAddress ?? location.href, { headers: { accept: "text/html" } });
  if (!response.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || next.innerHTML === sent.get(part.id)) continue;
    // What somebody is typing is never taken away; the next change brings what is new.
    if (part.dataset.live !== "rows" && typedIn(part)) continue;
    sent.set(part.id, next.innerHTML);
    if (part.dataset.live === "rows") {
      replaceRows(part, next);
      continue;
    }
    const open = [...part.querySelectorAll("details[open][id]")].map((each) => each.id);
    const focus = part.contains(document.activeElement) ? document.activeElement.id : "";
    part.replaceChildren(...next.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focus) document.getElementById(focus)?.focus();
    flash(part);
  }
  document.dispatchEvent(new CustomEvent("refreshed", { detail: fresh }));
}

// Rows that stay are neither moved nor made anew, so the page does not jump under who reads it.
function replaceRows(list, next) {
  const focus = list.contains(document.activeElement) ? document.activeElement.id : "";
  const kept = new Map([...list.children].map((row) => [row.id, row]));
  for (const [id, row] of kept) if (!next.querySelector(`#${CSS.escape(id)}`)) row.remove();
  let place = list.firstElementChild;
  for (const row of [...next.children]) {
    const old = kept.get(row.id);
    if (old && old === place) place = place.nextElementSibling;
    // Compared as the server sent them: a tick is no attribute.
    if (old && old.innerHTML === row.innerHTML) {
      if (old.nextElementSibling !== place) list.insertBefore(old, place);
      continue;
    }
    for (const box of old?.querySelectorAll("input:checked") ?? []) {
      const again = row.querySelector(`#${CSS.escape(box.id)}`);
      if (again) again.checked = true;
    }
    old?.remove();
    list.insertBefore(row, place);
    flash(row);
  }
  if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus();
}

function typedIn(part) {
  const fields = [...part.querySelectorAll("input, textarea")];
  return fields.some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
}

function flash(part) {
  part.classList.remove("changed");
  void part.offsetWidth;
  part.classList.add("changed");
}
