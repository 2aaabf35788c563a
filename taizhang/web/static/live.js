// Keeps an open page up to date: when a unit that it shows has something new, the page is fetched again and the parts
// that may move (marked `data-live`, each with an id) are put in the place of the old ones. Forms are never touched.
//
// <main> or a part says which units it shows: data-live-units="wj-01 wj-02", or "*" for every unit; and, where it can,
// after which event of the ledger it was made: data-live-since="1234". What came between then and now is asked for.

// What the server sent for each part: what somebody opened in it since is no news.
const sent = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part.id, part.innerHTML]));

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
    const source = new EventSource(since ? `/changes?since=${since}` : "/changes");
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
      const response = await fetch(`/changes/since/${sequence ?? 0}`, { headers: { accept: "application/json" } });
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
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!response.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || next.innerHTML === sent.get(part.id)) continue;
    sent.set(part.id, next.innerHTML);
    const open = [...part.querySelectorAll("details[open][id]")].map((each) => each.id);
    const focus = part.contains(document.activeElement) ? document.activeElement.id : "";
    part.replaceChildren(...next.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focus) document.getElementById(focus)?.focus();
    part.classList.remove("changed");
    void part.offsetWidth;
    part.classList.add("changed");
  }
}
