// A screen on the wall: asks again whether anything changed, turns its pages, says when it can no longer ask.
const wall = document.querySelector("[data-wall]");
const stale = document.querySelector("[data-stale]");
const checked = document.querySelector("[data-checked]");
const every = Number(wall.dataset.every) * 1000;
const MISSED = 3;
const kept = new Map(); // address → { etag, html }: a screen shows again what it has
let address = wall.dataset.content;
let page = 0;
let missed = 0;
let turning = null;

function gone(title, more) {
  clearTimeout(turning);
  const words = document.createElement("div");
  words.className = "wall-wait";
  words.append(Object.assign(document.createElement("h1"), { textContent: title }), Object.assign(document.createElement("p"), { textContent: more }));
  wall.replaceChildren(words);
}

async function fetched(at) {
  const held = kept.get(at);
  const answer = await fetch(at, { headers: { "X-Wall": "1", ...(held ? { "If-None-Match": held.etag } : {}) }, cache: "no-store" });
  if (answer.status === 304) return held;
  if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { status: answer.status });
  const found = { etag: answer.headers.get("ETag"), html: await answer.text() };
  kept.set(at, found);
  return found;
}

function board() {
  return wall.querySelector(".wall-board");
}

// Nobody can scroll a wall: what does not fit its tile is made smaller until it does.
function fit(root) {
  for (const body of root.querySelectorAll(".tile:not(.map) .tile-body")) {
    body.style.zoom = "";
    const parts = [body, ...body.querySelectorAll(".scroll, .multiples")];
    const over = Math.max(...parts.map((part) => part.scrollHeight / Math.max(part.clientHeight, 1)), ...parts.map((part) => part.scrollWidth / Math.max(part.clientWidth, 1)));
    if (over > 1.01) body.style.zoom = String(Math.max(0.5, 1 / over));
  }
}

function show(number) {
  const pages = wall.querySelectorAll("[data-page]");
  page = pages.length ? number % pages.length : 0;
  pages.forEach((one, at) => { one.hidden = at !== page; });
  wall.querySelectorAll(".wall-dots li").forEach((dot, at) => dot.classList.toggle("on", at === page));
  if (pages[page] && matchMedia("(min-width: 761px)").matches) fit(pages[page]);
  if (pages[page]) document.dispatchEvent(new CustomEvent("qipan:maps", { detail: pages[page] }));
}

// The new content is made ready beside the old and takes its place at once: nothing flickers.
function put(html, number) {
  const made = new DOMParser().parseFromString(html, "text/html");
  wall.replaceChildren(...[...made.body.childNodes].map((node) => document.importNode(node, true)));
  wall.dataset.shown = address;
  show(number);
}

function fresh() {
  missed = 0;
  stale.hidden = true;
  checked.textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

function failed(error) {
  if (error.status === 401) {
    gone(wall.dataset.dark, wall.dataset.darkMore);
    return;
  }
  missed += 1;
  stale.hidden = missed < MISSED && error.status !== 404;
}

async function renew() {
  const before = kept.get(address);
  try {
    const found = await fetched(address);
    if (found !== before || wall.dataset.shown !== address) put(found.html, wall.dataset.shown === address ? page : 0);
    fresh();
  } catch (error) {
    failed(error);
  }
}

async function turn() {
  const pages = wall.querySelectorAll("[data-page]");
  const following = board()?.dataset.following;
  if (page + 1 < pages.length) {
    show(page + 1);
  } else if (following && new URL(following, location).pathname !== new URL(address, location).pathname) {
    const old = address;
    try {
      await fetched(following);
      address = following;
      put(kept.get(address).html, 0);
      fresh();
    } catch (error) {
      address = old;
      failed(error);
      show(0);
    }
  } else {
    show(0);
  }
  wait();
}

function wait() {
  clearTimeout(turning);
  turning = setTimeout(turn, Number(board()?.dataset.seconds || 30) * 1000);
}

await renew();
wait();
setInterval(renew, every);
