// The drawer "why this number": opens over the page, keeps the way back, closes with Esc and returns the focus.
const drawer = document.getElementById("why");
const body = document.getElementById("why-body");
const back = drawer?.querySelector("[data-back]");
const way = [];
let asked = 0;
let cameFrom = null;

function fill(template) {
  body.replaceChildren(document.getElementById(template).content.cloneNode(true));
}

// The cell a figure came from may stand far to the right in its sheet.
function reveal(room) {
  const cell = room.querySelector(".cells .this");
  const around = cell?.closest(".scroll");
  if (around) around.scrollLeft = cell.offsetLeft - (around.clientWidth - cell.offsetWidth) / 2;
}

async function show(address) {
  const mine = ++asked;
  back.hidden = way.length < 2;
  fill("why-loading");
  if (!drawer.open) {
    cameFrom = document.activeElement;
    drawer.showModal();
  }
  try {
    await htmx.ajax("GET", address, { target: "#why-body", swap: "innerHTML" });
  } catch {
    if (mine === asked) fill("why-failed");
    return;
  }
  if (mine !== asked) return;
  if (body.querySelector(".loading")) fill("why-failed");
  drawer.scrollTop = 0;
  reveal(body);
  const title = document.getElementById("why-title");
  title?.setAttribute("tabindex", "-1");
  title?.focus();
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a[data-why]");
  if (link && drawer && window.htmx) {
    event.preventDefault();
    if (!drawer.open) way.length = 0;
    way.push(link.getAttribute("href"));
    show(way.at(-1));
    return;
  }
  if (event.target.closest("[data-back]") && way.length > 1) {
    way.pop();
    show(way.at(-1));
    return;
  }
  if (event.target.closest("[data-print]")) window.print();
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
});

// Other islands ask for a figure's source by event, so that they need not know the drawer.
document.addEventListener("qipan:why", (event) => {
  if (!drawer.open) way.length = 0;
  way.push(event.detail);
  show(event.detail);
});

drawer?.addEventListener("close", () => {
  way.length = 0;
  asked += 1;
  body.replaceChildren();
  if (cameFrom?.isConnected) cameFrom.focus();
});

reveal(document);
