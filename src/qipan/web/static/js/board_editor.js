// The editor of a board: tiles are moved and sized by mouse, touch or keyboard; every step can be undone.
const { form: settingsForm } = await import(document.querySelector("[data-settings]").dataset.module);
const bar = document.querySelector("[data-editor-bar]");
const room = document.querySelector("[data-editor]");
const drawn = document.querySelector("[data-drawn]");
const said = bar.querySelector("[data-said]");
const troubles = document.querySelector("[data-problems]");
const words = JSON.parse(document.getElementById("editor-words").textContent);
const smallest = JSON.parse(document.getElementById("editor-smallest").textContent);
const MOST_STEPS = 100;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

let tiles = new Map(JSON.parse(document.getElementById("editor-layout").textContent).map((tile) => [tile.code, tile]));
let version = Number(room.dataset.version);
let kept = JSON.stringify([...tiles.values()]);
let undone = [];
let done = [];
let restoring = false;
const grid = GridStack.init({ column: 12, cellHeight: 84, margin: 6, float: true, animate: false, handle: ".tile h2", alwaysShowResizeHandle: true }, room);

function say(text) {
  said.textContent = text;
}

function filledIn(text, values) {
  return text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
}

function itemOf(code) {
  return room.querySelector(`.grid-stack-item[data-code="${CSS.escape(code)}"]`);
}

function titleOf(code) {
  return itemOf(code)?.querySelector("h2")?.firstChild?.textContent?.trim() || words.untitled;
}

function described(code) {
  const item = itemOf(code);
  item.setAttribute("aria-label", filledIn(words.tile, { kind: words[`kind_${tiles.get(code).kind}`], name: titleOf(code) }));
}

// Puts a tile on the grid: its content as the server drew it, and two buttons.
function place(tile, content) {
  const item = document.createElement("div");
  item.className = "grid-stack-item";
  item.dataset.code = tile.code;
  item.tabIndex = 0;
  item.setAttribute("role", "group");
  const inner = document.createElement("div");
  inner.className = "grid-stack-item-content";
  const doings = document.createElement("div");
  doings.className = "tile-doings";
  for (const [name, text] of [["edit", words.edit], ["remove", words.remove]]) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text, className: "quiet" });
    button.dataset[name === "edit" ? "settingsOf" : "removeTile"] = tile.code;
    doings.append(button);
  }
  if (content) inner.append(content);
  inner.append(doings);
  item.append(inner);
  room.append(item);
  const [least, low] = smallest[tile.kind];
  grid.makeWidget(item, { x: tile.x, y: tile.y, w: tile.width, h: tile.height, minW: least, minH: low, id: tile.code });
  described(tile.code);
  document.dispatchEvent(new CustomEvent("qipan:maps", { detail: item }));
  return item;
}

function csrf() {
  return bar.querySelector("[name=csrfmiddlewaretoken]").value;
}

function send(address, body) {
  return fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() }, body: JSON.stringify(body) });
}

// Asks the server how a tile looks; returns it, or the problems it has.
async function drawing(tile) {
  const answer = await send(bar.dataset.preview, { tiles: [{ ...tile, x: 0, y: 0 }], unit: room.dataset.unit, period: room.dataset.period });
  if (answer.status === 422 || answer.status === 400) return { problems: (await answer.json()).problems };
  if (!answer.ok) throw new Error(String(answer.status));
  const made = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
  return { content: made ? document.importNode(made, true) : null };
}

function state() {
  return JSON.stringify([...tiles.values()]);
}

function marked() {
  bar.querySelector("[data-undo]").disabled = !done.length;
  bar.querySelector("[data-redo]").disabled = !undone.length;
  bar.dataset.unsaved = String(state() !== kept);
}

// Every step keeps how the board stood before it.
function step(before) {
  if (before === state()) return;
  done.push(before);
  if (done.length > MOST_STEPS) done.shift();
  undone = [];
  say(words.unsaved);
  marked();
}

async function restore(to) {
  restoring = true;
  const contents = new Map([...room.querySelectorAll(".grid-stack-item")].map((item) => [item.dataset.code, item.querySelector(".tile")]));
  const wanted = JSON.parse(to);
  const before = new Map([...tiles].map(([code, tile]) => [code, settingsOnly(tile)]));
  grid.removeAll();
  tiles = new Map(wanted.map((tile) => [tile.code, tile]));
  for (const tile of wanted) {
    const same = before.get(tile.code) === settingsOnly(tile);
    const content = same ? contents.get(tile.code) : (await drawing(tile)).content;
    place(tile, content);
  }
  restoring = false;
  marked();
}

function settingsOnly(tile) {
  const { x: _x, y: _y, width: _w, height: _h, ...rest } = tile;
  return JSON.stringify(rest);
}

async function undo(from, to, text) {
  if (!from.length) {
    say(words.nothing);
    return;
  }
  const focused = document.activeElement?.closest?.(".grid-stack-item")?.dataset.code;
  to.push(state());
  await restore(from.pop());
  say(text);
  if (focused) itemOf(focused)?.focus();
}

// What the grid says after a drag is taken over into the tiles.
function taken() {
  for (const node of grid.engine.nodes) {
    const tile = tiles.get(node.id);
    if (tile) Object.assign(tile, { x: node.x, y: node.y, width: node.w, height: node.h });
  }
}

grid.on("change", () => {
  if (restoring) return;
  const before = state();
  taken();
  step(before);
});

function moved(code, [dx, dy], sizing) {
  const tile = tiles.get(code);
  const node = grid.engine.nodes.find((one) => one.id === code);
  const wish = sizing ? { w: Math.max(node.minW ?? 1, Math.min(node.w + dx, 12 - node.x)), h: Math.max(node.minH ?? 1, node.h + dy) } : { x: Math.max(0, Math.min(node.x + dx, 12 - node.w)), y: Math.max(0, node.y + dy) };
  grid.update(itemOf(code), wish);
  const now = grid.engine.nodes.find((one) => one.id === code);
  const stuck = Object.entries(wish).every(([name, value]) => now[name] !== value);
  say(stuck ? words.full : sizing ? filledIn(words.sized, { w: tile.width, h: tile.height }) : filledIn(words.moved, { x: tile.x + 1, y: tile.y + 1 }));
}

function removed(code) {
  const before = state();
  const name = titleOf(code);
  const items = [...room.querySelectorAll(".grid-stack-item")];
  const at = items.indexOf(itemOf(code));
  grid.removeWidget(itemOf(code));
  tiles.delete(code);
  step(before);
  say(filledIn(words.removed, { name }));
  (items[at + 1] ?? items[at - 1] ?? bar.querySelector("[data-add]")).focus();
}

function unused(kind) {
  let number = 1;
  while (tiles.has(`${kind}${number}`)) number += 1;
  return `${kind}${number}`;
}

const settings = settingsForm(async (tile, isNew) => {
  const found = await drawing(tile);
  if (found.problems) return found.problems;
  const before = state();
  restoring = true;
  if (!isNew) grid.removeWidget(itemOf(tile.code));
  tiles.set(tile.code, tile);
  place(tile, found.content);
  restoring = false;
  taken();
  step(before);
  return [];
}, (tile) => {
  itemOf(tile.code).focus();
  itemOf(tile.code).scrollIntoView({ block: "nearest" });
});

function added() {
  const chosen = bar.elements.kind.selectedOptions[0];
  const [width, height] = [Number(chosen.dataset.width), Number(chosen.dataset.height)];
  const bottom = Math.max(0, ...[...tiles.values()].map((tile) => tile.y + tile.height));
  settings.open({ code: unused(chosen.value), kind: chosen.value, x: 0, y: Math.min(bottom, 99 - height), width, height }, true);
}

function told(problems) {
  const list = document.createElement("ul");
  list.className = "problems";
  for (const problem of problems) {
    const line = document.createElement("li");
    line.append(problem.message, Object.assign(document.createElement("span"), { className: "do", textContent: ` ${problem.hint}` }));
    list.append(line);
    if (problem.tile) itemOf(problem.tile)?.classList.add("wrong");
  }
  troubles.replaceChildren(list);
  troubles.hidden = !problems.length;
}

async function save(event) {
  event.preventDefault();
  room.querySelectorAll(".wrong").forEach((item) => item.classList.remove("wrong"));
  const body = { version, name: bar.elements.name.value, seconds: Number(bar.elements.seconds.value), tiles: [...tiles.values()] };
  let answer;
  try {
    answer = await send(bar.action, body);
  } catch {
    say(words.failed);
    return;
  }
  const found = await answer.json().catch(() => ({ problems: [{ message: words.failed, hint: "" }] }));
  if (answer.ok) {
    version = found.version;
    kept = state();
    troubles.hidden = true;
    marked();
    say(words.saved);
    return;
  }
  told(found.problems ?? []);
  say("");
  if (answer.status === 409) {
    // The next saving writes over what the other saved: the person was told, and decides.
    version = found.version;
  }
}

room.addEventListener("keydown", (event) => {
  const item = event.target.closest(".grid-stack-item");
  if (!item || event.target !== item) return;
  const code = item.dataset.code;
  if (STEPS[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    moved(code, STEPS[event.key], event.shiftKey);
  } else if (event.key === "Enter") {
    event.preventDefault();
    settings.open({ ...tiles.get(code) }, false);
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    removed(code);
  }
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, textarea, dialog")) return;
  const key = event.key.toLowerCase();
  if (key === "z" || key === "y") {
    event.preventDefault();
    if (key === "y" || event.shiftKey) undo(undone, done, words.redone);
    else undo(done, undone, words.undone);
  }
});
room.addEventListener("click", (event) => {
  const edit = event.target.closest("[data-settings-of]");
  const remove = event.target.closest("[data-remove-tile]");
  if (edit) settings.open({ ...tiles.get(edit.dataset.settingsOf) }, false);
  if (remove) removed(remove.dataset.removeTile);
});
bar.querySelector("[data-add]").addEventListener("click", added);
bar.querySelector("[data-undo]").addEventListener("click", () => undo(done, undone, words.undone));
bar.querySelector("[data-redo]").addEventListener("click", () => undo(undone, done, words.redone));
bar.addEventListener("submit", save);
addEventListener("beforeunload", (event) => {
  if (state() !== kept) event.preventDefault();
});

restoring = true;
const contents = new Map([...drawn.querySelectorAll(".tile")].map((tile) => [tile.dataset.tile, tile]));
for (const tile of tiles.values()) place(tile, contents.get(tile.code));
restoring = false;
marked();
room.dataset.ready = "";
