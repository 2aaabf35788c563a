// Review by keys: j and k go from row to row, x chooses, e means all that match, a accepts, r returns, o opens; shift
// chooses a range.
// A page without this script works the same by hand. Who does not want keys switches them off; it is remembered here.

const form = document.querySelector(".verdict-form");
const keys = document.querySelector("#keys");

if (form && keys) {
  const KEPT = "review-keys-off";
  const on = keys.querySelector("input");
  keys.hidden = false;
  on.checked = localStorage.getItem(KEPT) === null;
  on.addEventListener("change", () => {
    if (on.checked) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "1");
  });

  const rows = () => [...form.querySelectorAll(".review-item")];
  const box = (row) => row.querySelector('.review-choose input[type="checkbox"]');
  const current = () => document.activeElement?.closest?.(".review-item") ?? null;
  let last = null; // the row that was chosen last: a range begins there

  const go = (steps) => {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(current());
    const row = all[here < 0 ? (steps > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + steps, 0), all.length - 1)];
    box(row)?.focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const choose = (row, range) => {
    const all = rows();
    const checked = range ? true : !box(row).checked;
    const from = range && last && all.includes(last) ? all.indexOf(last) : all.indexOf(row);
    const [first, end] = [from, all.indexOf(row)].sort((one, other) => one - other);
    for (const each of all.slice(first, end + 1)) box(each).checked = checked;
    last = row;
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const chosen = () => rows().filter((row) => box(row).checked);
  const press = (verdict) => form.querySelector(`button[name="verdict"][value="${verdict}"]`).click();
  const reason = form.elements.reason;

  const everything = form.querySelector("#everything");
  const accept = () => {
    if (chosen().length || everything?.checked) press("accepted");
    else current()?.querySelector('button[name="only"]')?.click();
  };
  const give = () => {
    const row = current();
    if (!chosen().length && !everything?.checked && row) choose(row, false);
    if (!chosen().length && !everything?.checked) return;
    if (reason.value.trim()) press("returned");
    else reason.focus();
  };
  const deeds = {
    j: () => go(1),
    k: () => go(-1),
    x: () => current() && choose(current(), false),
    X: () => current() && choose(current(), true),
    a: accept,
    r: give,
    e: () => everything?.click(),
    o: () => current()?.querySelector(".review-title a")?.click(),
    "?": () => { keys.open = !keys.open; },
  };
  document.addEventListener("keydown", (event) => {
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target === reason && event.key === "Enter" && (chosen().length || everything?.checked) && reason.value.trim()) {
      event.preventDefault();
      press("returned");
      return;
    }
    if (event.target.matches('input:not([type="checkbox"]), textarea, select')) return;
    const deed = deeds[event.key];
    if (deed) {
      event.preventDefault();
      deed();
    }
  });
  form.addEventListener("click", (event) => {
    const row = event.target.matches('.review-choose input[type="checkbox"]') && event.target.closest(".review-item");
    if (row && event.shiftKey) choose(row, true);
    else if (row) last = row;
  });
}
