// A long list of boxes gets a field that narrows it; choosing one means that chosen ones are meant.

for (const list of document.querySelectorAll("[data-narrow]")) {
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = list.dataset.narrow;
  field.setAttribute("aria-label", list.dataset.narrow);
  list.before(field);
  field.addEventListener("input", () => {
    const sought = field.value.trim();
    for (const row of list.children) row.hidden = Boolean(sought) && !row.textContent.includes(sought);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  list.addEventListener("change", () => {
    document.getElementById("to-chosen").checked = true;
  });
}
