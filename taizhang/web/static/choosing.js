// A list to choose from: says how many are chosen, and chooses all of them at one press.

for (const form of document.querySelectorAll(".verdict-form")) {
  const count = form.querySelector(".chosen-count");
  const boxes = [...form.querySelectorAll('input[name="record"]')];
  const all = document.createElement("button");
  all.type = "button";
  all.textContent = count.dataset.all;
  count.before(all);
  const say = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    count.textContent = chosen ? count.dataset.some.replace("{count}", chosen) : count.dataset.none;
    all.textContent = chosen === boxes.length ? count.dataset.nothing : count.dataset.all;
  };
  all.addEventListener("click", () => {
    const choose = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = choose;
    say();
  });
  form.addEventListener("change", say);
  say();
}
