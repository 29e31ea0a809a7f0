// Mentions in a note: after an @ the people who may see the record are offered; arrows, Enter and Esc work.
const MOST = 12;

function beginning(area) {
  const before = area.value.slice(0, area.selectionStart);
  const at = before.lastIndexOf("@");
  if (at < 0) return null;
  const typed = before.slice(at + 1);
  return typed.length > MOST || /[\s，。；、:：]/.test(typed) ? null : { at, typed };
}

function list(area) {
  return area.form.querySelector(".mention-list");
}

function close(area) {
  const shown = list(area);
  shown.hidden = true;
  shown.replaceChildren();
}

async function offer(area) {
  const found = beginning(area);
  if (!found) return close(area);
  const answer = await fetch(`${area.dataset.mention}?q=${encodeURIComponent(found.typed)}`, {
    headers: { "HX-Request": "true" },
  });
  // An answer to what was typed before comes late: the list then belongs to a later one.
  if (beginning(area)?.typed !== found.typed) return;
  if (!answer.ok) return close(area);
  const shown = list(area);
  shown.innerHTML = await answer.text();
  shown.hidden = !shown.children.length;
  shown.firstElementChild?.setAttribute("aria-selected", "true");
}

function take(area, name) {
  const found = beginning(area);
  if (!found) return;
  const end = area.selectionStart;
  area.setRangeText(`@${name} `, found.at, end, "end");
  close(area);
  area.focus();
}

function move(area, by) {
  const options = [...list(area).children];
  const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = options[(now + by + options.length) % options.length];
  options[now]?.removeAttribute("aria-selected");
  next?.setAttribute("aria-selected", "true");
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-mention]")) offer(event.target);
});
document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!area.matches?.("textarea[data-mention]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    area.form.requestSubmit();
    return;
  }
  if (list(area).hidden) return;
  const chosen = list(area).querySelector("[aria-selected=true]");
  if (event.key === "ArrowDown") move(area, 1);
  else if (event.key === "ArrowUp") move(area, -1);
  else if (event.key === "Escape") close(area);
  else if ((event.key === "Enter" || event.key === "Tab") && chosen) take(area, chosen.dataset.name);
  else return;
  event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.(".mention-list [data-name]");
  if (option) take(option.closest("form").querySelector("textarea"), option.dataset.name);
  const sure = event.target.closest?.("[data-sure]");
  if (sure && !confirm(sure.dataset.sure)) event.preventDefault();
});
