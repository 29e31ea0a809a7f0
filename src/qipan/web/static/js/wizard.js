// The steps of a load: a field may be dragged onto a column, and what cannot be taken back is asked for once more.
let dragged = null;

document.addEventListener("dragstart", (event) => {
  const field = event.target.closest?.("[data-field]");
  if (!field) return;
  dragged = field.dataset.field;
  event.dataTransfer.setData("text/plain", dragged);
  event.dataTransfer.effectAllowed = "copy";
});

document.addEventListener("dragover", (event) => {
  const row = event.target.closest?.("[data-column]");
  if (!dragged || !row) return;
  event.preventDefault();
  row.classList.add("over");
});

document.addEventListener("dragleave", (event) => {
  event.target.closest?.("[data-column]")?.classList.remove("over");
});

document.addEventListener("drop", (event) => {
  const row = event.target.closest?.("[data-column]");
  if (!dragged || !row) return;
  event.preventDefault();
  row.classList.remove("over");
  const select = row.querySelector("select");
  select.value = dragged;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  select.focus();
  dragged = null;
});

document.addEventListener("dragend", () => { dragged = null; });

// One field for one column: what is given to another is taken from the column that had it.
document.addEventListener("change", (event) => {
  const form = event.target.closest("#columns-form");
  if (!form || !event.target.name?.startsWith("c") || !/^[a-z]/.test(event.target.value)) return;
  for (const other of form.querySelectorAll("select[name^=c]")) {
    if (other !== event.target && other.value === event.target.value) other.value = "";
  }
});

document.addEventListener("submit", (event) => {
  const words = event.target.dataset?.sure;
  if (words && !confirm(words)) event.preventDefault();
});
