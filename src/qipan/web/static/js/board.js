// A board's islands: maps are fetched when they come into sight; a board becomes a picture or a document in the browser.
const said = document.querySelector("[data-said]");

function say(text) {
  if (said) said.textContent = text;
}

async function started(room) {
  room.dataset.drawing = "";
  try {
    const { draw } = await import(room.dataset.module);
    await draw(room);
  } catch {
    const note = room.querySelector("[data-note]");
    if (note) note.textContent = room.dataset.failed;
    room.dataset.ready = "0";
  }
}

function watchMaps(root = document) {
  const rooms = root.querySelectorAll("[data-map]:not([data-seen])");
  if (!rooms.length) return;
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      if (!("drawing" in entry.target.dataset)) started(entry.target);
    }
  }, { rootMargin: "200px" });
  for (const room of rooms) {
    room.dataset.seen = "";
    watcher.observe(room);
  }
}

// What a picture shows: the board, without what only a reader at the page needs.
function wanted(node) {
  return !(node instanceof Element) || !node.matches("dialog, .no-picture, .board-doings, .crumbs, .notice, .maplibregl-ctrl-top-right");
}

// A map that was never in sight is drawn before it is taken along; one that cannot be drawn is taken as it is.
async function drawnMaps(node) {
  const rooms = [...node.querySelectorAll("[data-map]")];
  const waiting = rooms.map(async (room) => {
    if (!("drawing" in room.dataset)) await started(room);
    for (let tries = 0; tries < 100 && !room.dataset.ready; tries += 1) await new Promise((done) => setTimeout(done, 100));
  });
  await Promise.allSettled(waiting);
}

async function picture(node, library) {
  await drawnMaps(node);
  const { domToPng } = await import(library);
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--ground").trim();
  // A picture's text is drawn with the machine's own fonts: none is fetched.
  return domToPng(node, { scale: 2, backgroundColor: ground, filter: wanted, font: false, timeout: 20000 });
}

function keep(address, name) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

async function savePicture(button) {
  button.disabled = true;
  try {
    keep(await picture(document.getElementById("main"), button.dataset.library), button.dataset.picture);
  } finally {
    button.disabled = false;
    button.closest("details")?.removeAttribute("open");
  }
}

// Tiles that are pictures already go into the document as such; their tables stand under them.
async function sendDocument(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  for (const old of form.querySelectorAll("[data-made]")) old.remove();
  try {
    for (const tile of document.querySelectorAll(".tile.trend, .tile.ranking, .tile.funnel, .tile.map")) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.dataset.made = "";
      field.name = `picture-${tile.dataset.tile}`;
      field.value = await picture(tile, form.dataset.library);
      form.append(field);
    }
  } finally {
    button.disabled = false;
    form.closest("details")?.removeAttribute("open");
    form.submit();
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-picture]");
  if (button) savePicture(button).catch((error) => say(String(error.message ?? error)));
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-document]")) return;
  event.preventDefault();
  sendDocument(event.target);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Pages that put maps in later say so by event, so that they need not know this island.
document.addEventListener("qipan:maps", (event) => watchMaps(event.detail));
watchMaps();
