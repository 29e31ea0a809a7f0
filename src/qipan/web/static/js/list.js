// The list: filters open where there is room, drop-downs close, records are chosen, columns ordered, keys work.
const filters = document.getElementById("filters");
const section = document.getElementById("rows");
const picked = document.getElementById("picked");
const rows = [...document.querySelectorAll("[data-row]")];
const boxes = rows.map((row) => row.querySelector("input[name=chosen]")).filter(Boolean);

// Filters: what was left empty does not stand in the address.
const more = filters?.querySelector(".more");
if (more && matchMedia("(min-width: 1001px)").matches) more.open = true;
filters?.addEventListener("submit", () => {
  for (const field of filters.elements) {
    if (!field.name) continue;
    const code = field.name.endsWith(".op") ? field.name.slice(0, -3) : "";
    const bare = ["empty", "filled"].includes(field.value);
    if (code ? !bare && !filters.elements[code]?.value : !field.value) field.disabled = true;
  }
  section?.classList.add("waiting");
});
addEventListener("pageshow", () => {
  section?.classList.remove("waiting");
  for (const field of filters?.querySelectorAll("[disabled]") ?? []) field.disabled = false;
});

// Drop-downs: one at a time, closed by a click elsewhere or Esc.
const drops = [...document.querySelectorAll("details.drop")];
document.addEventListener("click", (event) => {
  for (const drop of drops) if (drop.open && !drop.contains(event.target)) drop.open = false;
  const sure = event.target.closest("[data-sure]");
  if (sure && !confirm(sure.dataset.sure)) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = drops.find((drop) => drop.open);
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// Choosing records: of this page, or all that match.
function match(on) {
  for (const field of picked.querySelectorAll("[data-match]")) field.disabled = !on;
  picked.querySelector("[data-some]").hidden = on;
  picked.querySelector("[data-whole]").hidden = !on;
  const offer = picked.querySelector("[data-choose-all]");
  if (on && offer) offer.hidden = true;
}

function tell() {
  if (!picked) return;
  const count = boxes.filter((box) => box.checked).length;
  picked.hidden = count === 0;
  picked.querySelector("[data-count]").textContent = count.toLocaleString();
  const all = document.querySelector("[data-all]");
  all.checked = count > 0 && count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
  const offer = picked.querySelector("[data-choose-all]");
  if (offer) offer.hidden = count < boxes.length;
  match(false);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) for (const box of boxes) box.checked = event.target.checked;
  if (event.target.matches("[data-all], input[name=chosen]")) tell();
});
picked?.addEventListener("click", (event) => {
  if (event.target.closest("[data-choose-all]")) match(true);
  if (event.target.closest("[data-none]")) {
    for (const box of boxes) box.checked = false;
    tell();
  }
});
addEventListener("pageshow", tell);

// Columns: dragged, or moved by their arrows; the order in the form is the order that is kept.
const list = document.querySelector("[data-orderly]");
let dragged = null;
list?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("li");
  event.dataTransfer.effectAllowed = "move";
});
list?.addEventListener("dragover", (event) => {
  const over = event.target.closest("li");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const half = over.getBoundingClientRect();
  over[event.clientY > half.top + half.height / 2 ? "after" : "before"](dragged);
});
list?.addEventListener("dragend", () => {
  dragged = null;
});
list?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-up], [data-down]");
  if (!button) return;
  const item = button.closest("li");
  const other = "up" in button.dataset ? item.previousElementSibling : item.nextElementSibling;
  other?.["up" in button.dataset ? "before" : "after"](item);
  button.focus();
});

// A record that was looked for becomes a condition once it is ticked.
filters?.addEventListener("change", (event) => {
  const offers = event.target.closest(".offers");
  if (offers && event.target.checked) offers.parentElement.querySelector(".chosen").append(event.target.closest("label"));
});

// Keys.
const keys = document.getElementById("keys");
let at = -1;

function go(step) {
  if (!rows.length) return;
  rows[at]?.classList.remove("at");
  at = Math.max(0, Math.min(rows.length - 1, at + step));
  rows[at].classList.add("at");
  rows[at].scrollIntoView({ block: "nearest" });
  (rows[at].querySelector("a[href]") ?? rows[at]).focus({ preventScroll: true });
}

const does = {
  j: () => go(1),
  ArrowDown: () => go(1),
  k: () => go(-1),
  ArrowUp: () => go(-1),
  x: () => {
    const box = rows[at]?.querySelector("input[name=chosen]");
    if (box) {
      box.checked = !box.checked;
      tell();
    }
  },
  Enter: () => rows[at]?.querySelector("a[href]")?.click(),
  s: () => document.getElementById("q")?.select(),
  f: () => {
    if (!more) return;
    more.open = true;
    more.querySelector(".control summary")?.focus();
  },
  n: () => document.querySelector("a[rel=next]")?.click(),
  p: () => document.querySelector("a[rel=prev]")?.click(),
  "?": () => keys?.showModal(),
};

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) keys?.showModal();
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, select, textarea, dialog[open], summary, button")) return;
  if (event.key === "Enter" && event.target.closest("a")) return;
  if (event.key.startsWith("Arrow") && at < 0 && !section?.contains(document.activeElement)) return;
  const act = does[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
