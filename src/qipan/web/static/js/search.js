// One box on every page: "/" or Ctrl-K goes there; suggestions while typing; arrows choose, Enter opens, Esc closes.
const form = document.querySelector("form.top-find");
const box = document.getElementById("find");
const list = document.getElementById("find-list");
const PAUSE = 120;
let timer = 0;
let asking = null;
let shownFor = null;
let at = -1;

const options = () => [...list.querySelectorAll('[role="option"]')];

function close() {
  list.hidden = true;
  box.setAttribute("aria-expanded", "false");
  choose(-1);
}

function open() {
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
}

function choose(next) {
  const all = options();
  at = next;
  all.forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
  const chosen = all[at];
  if (!chosen) return box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

async function ask() {
  const text = box.value.trim();
  if (text === shownFor) return open();
  asking?.abort();
  asking = new AbortController();
  list.classList.add("waiting");
  try {
    const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asking.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return close();
    list.innerHTML = await answer.text();
  } catch (fault) {
    if (fault.name !== "AbortError") close();
    return;
  }
  list.classList.remove("waiting");
  shownFor = text;
  options().forEach((one, place) => (one.id = `find-option-${place}`));
  choose(-1);
  if (document.activeElement === box) open();
}

function remember(text) {
  const given = new URLSearchParams({ text });
  if (text) fetch(form.dataset.remember, { method: "POST", keepalive: true, body: given, headers: { "X-CSRFToken": form.dataset.token } }).catch(() => {});
}

if (form && box && list) {
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  box.addEventListener("focus", ask);
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) remember(option.dataset.text ?? box.value.trim());
  });
  form.addEventListener("submit", (event) => {
    const chosen = options()[at];
    if (chosen && !list.hidden) {
      event.preventDefault();
      return chosen.click();
    }
    if (!box.value.trim()) return event.preventDefault();
    remember(box.value.trim());
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      if (list.hidden) box.blur();
      else close();
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return ask();
      const count = options().length;
      if (count) choose(((event.key === "ArrowDown" ? at + 1 : at - 1 + (at < 0 ? 1 : 0)) + count) % count);
    }
  });
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const control = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if ((!slash && !control) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
