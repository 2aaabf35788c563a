// A list to choose from: says how many are chosen, and chooses all of them at one press.

for (const form of document.querySelectorAll(".verdict-form")) {
  const count = form.querySelector(".chosen-count");
  // Asked each time: rows come and go while the page is open.
  const boxes = () => [...form.querySelectorAll('.review-choose input[type="checkbox"]')];
  const all = document.createElement("button");
  all.type = "button";
  count.before(all);
  const say = () => {
    const picked = boxes().filter((box) => box.checked);
    // A row may stand for several records.
    const chosen = picked.reduce((sum, box) => sum + Number(box.dataset.count ?? 1), 0);
    count.textContent = chosen ? count.dataset.some.replace("{count}", chosen) : count.dataset.none;
    all.textContent = chosen && picked.length === boxes().length ? count.dataset.nothing : count.dataset.all;
    return chosen;
  };
  all.addEventListener("click", () => {
    const choose = boxes().some((box) => !box.checked);
    for (const box of boxes()) box.checked = choose;
    say();
  });
  form.addEventListener("change", say);
  document.addEventListener("refreshed", (event) => {
    // What was ticked was ticked as it stood then: a record that was changed since is refused, to be looked at again.
    const seen = event.detail.querySelector('input[name="seen"]');
    if (say() === 0 && seen) form.elements.seen.value = seen.value;
  });
  say();
}
