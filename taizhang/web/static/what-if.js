// Ticked to-dos: what the figures would be is asked of the server and shown in its place. Without this script the form's
// button leads to a page that says the same.

const form = document.getElementById("what-if");
if (form) {
  let asked = 0;
  document.addEventListener("change", async (event) => {
    if (event.target.name !== "do" || event.target.form?.id !== "what-if") return;
    const mine = ++asked;
    const place = document.getElementById("what-if-said");
    const bar = document.getElementById("what-if");
    const ticked = new URLSearchParams(new FormData(bar));
    bar.classList.toggle("what-if-on", ticked.has("do"));
    if (!ticked.has("do")) return place.replaceChildren();
    const response = await fetch(`${bar.action}?${ticked}`, { headers: { accept: "text/html" } });
    if (!response.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const figures = page.getElementById("what-if-figures");
    if (figures) place.replaceChildren(...figures.childNodes);
  });
}
