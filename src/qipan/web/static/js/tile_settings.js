// What a tile shows, as a form: each kind has its own fields; problems of the server stand in it.
const dialog = document.querySelector("[data-settings]");
const fields = dialog.querySelector("[data-form]");
const wrong = dialog.querySelector("[data-wrong]");

function shownFor(kind) {
  for (const part of fields.querySelectorAll("[data-for]")) {
    const fits = part.dataset.for.split(" ").includes(kind);
    const measured = part.dataset.when !== "measures" || kind !== "funnel" || !fields.elements.counts.value;
    part.hidden = !(fits && measured);
  }
}

function chosen(select, values) {
  for (const option of select.options) option.selected = values.includes(option.value);
}

function fill(tile) {
  const { elements } = fields;
  elements.zh.value = tile.names?.zh ?? "";
  elements.en.value = tile.names?.en ?? "";
  chosen(elements.measure, tile.measures?.slice(0, 1) ?? []);
  if (elements.measure.selectedIndex < 0) elements.measure.selectedIndex = 0;
  chosen(elements.measures, tile.measures ?? []);
  elements.counts.value = tile.noun ?? (tile.measures?.length ? "" : "enterprise");
  elements.by.value = tile.by ?? "unit";
  elements.show.value = tile.show ?? (tile.kind === "trend" && !tile.measures ? "growth" : "value");
  elements.last.value = tile.last ?? 24;
  elements.top.value = tile.top ?? 0;
  elements.unit.value = tile.unit ?? "";
  elements.period.value = String(tile.period ?? 0);
  elements.industry.value = tile.industry ?? "";
  elements.title.value = tile.title ?? "";
  elements.text_zh.value = tile.text?.zh ?? "";
  elements.text_en.value = tile.text?.en ?? "";
}

// Measures keep the order they had; new ones stand behind.
function measuresOf(tile, kind) {
  if (["figure", "trend", "ranking"].includes(kind)) return [fields.elements.measure.value];
  if (kind === "funnel" && fields.elements.counts.value) return [];
  if (kind !== "table" && kind !== "funnel") return [];
  const picked = [...fields.elements.measures.selectedOptions].map((option) => option.value);
  const before = (tile.measures ?? []).filter((code) => picked.includes(code));
  return [...before, ...picked.filter((code) => !before.includes(code))];
}

function pair(zh, en) {
  const [one, other] = [zh.value.trim(), en.value.trim()];
  return one || other ? { zh: one || other, en: other || one } : null;
}

function read(tile) {
  const { elements } = fields;
  const { code, kind, x, y, width, height } = tile;
  const made = { code, kind, x, y, width, height };
  const names = pair(elements.zh, elements.en);
  const text = pair(elements.text_zh, elements.text_en);
  const measures = measuresOf(tile, kind);
  if (names && kind !== "text") made.names = names;
  if (text && kind === "text") made.text = text;
  if (measures.length) made.measures = measures;
  if (kind === "funnel" && elements.counts.value) made.noun = elements.counts.value;
  if (["trend", "table"].includes(kind) && elements.by.value !== "unit") made.by = elements.by.value;
  if (["figure", "trend", "ranking"].includes(kind) && elements.show.value !== "value") made.show = elements.show.value;
  if (kind === "trend" && Number(elements.last.value) !== 24) made.last = Number(elements.last.value);
  if (kind === "ranking" && Number(elements.top.value)) made.top = Number(elements.top.value);
  if (kind !== "text" && elements.unit.value) made.unit = elements.unit.value;
  if (["figure", "trend", "ranking", "table"].includes(kind) && Number(elements.period.value)) made.period = Number(elements.period.value);
  if (kind === "map" && elements.industry.value) made.industry = elements.industry.value;
  if (kind === "map" && elements.title.value) made.title = elements.title.value;
  return made;
}

function tell(problems) {
  wrong.textContent = problems.map((problem) => `${problem.message} ${problem.hint}`).join(" ");
  wrong.hidden = !problems.length;
}

// `apply(tile, isNew)` puts the tile on the board and returns the problems that kept it from doing so.
// Once the form is closed `applied(tile)` is called: only then does the focus stay where it is put.
export function form(apply, applied) {
  let tile = null;
  let isNew = false;
  let cameFrom = null;
  fields.addEventListener("submit", async (event) => {
    event.preventDefault();
    const made = read(tile);
    const problems = await apply(made, isNew);
    tell(problems);
    if (!problems.length) {
      cameFrom = null;
      dialog.close();
      applied(made);
    }
  });
  fields.elements.counts.addEventListener("change", () => shownFor(tile.kind));
  for (const button of dialog.querySelectorAll("[data-cancel]")) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => cameFrom?.focus());
  return {
    open(given, fresh) {
      tile = given;
      isNew = fresh;
      cameFrom = document.activeElement;
      fill(tile);
      shownFor(tile.kind);
      tell([]);
      dialog.showModal();
      fields.querySelector("[data-for]:not([hidden]) :is(input, select, textarea)")?.focus();
    },
  };
}
