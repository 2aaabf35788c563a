// A button copies what stands beside it; in browsers that do not let it, it selects the text instead.

for (const button of document.querySelectorAll("[data-copy]")) {
  const place = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const range = document.createRange();
    range.selectNodeContents(place);
    const chosen = getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
    let copied = false;
    try {
      await navigator.clipboard.writeText(place.textContent);
      copied = true;
    } catch {
      copied = document.execCommand("copy"); // the built-in browsers of telephones' programs
    }
    if (copied) button.textContent = button.dataset.done;
  });
}
