// Wide screens have room for the filters: open them; a waiting list says so.
const more = document.querySelector(".filters .more");
if (more && matchMedia("(min-width: 1001px)").matches) more.open = true;
document.querySelector(".filters")?.addEventListener("submit", (event) => {
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  document.getElementById("rows")?.classList.add("waiting");
});
addEventListener("pageshow", () => {
  document.getElementById("rows")?.classList.remove("waiting");
  for (const field of document.querySelectorAll(".filters [disabled]")) field.disabled = false;
});
