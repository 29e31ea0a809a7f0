// Files are sent one by one, each as the bytes it is, so that one that fails leaves the others alone.
const form = document.getElementById("drop");
const list = document.getElementById("sending");
const rest = document.getElementById("rest");
const words = form.dataset;
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const limit = Number(form.dataset.limit);
const OF_THE_SYSTEM = /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/i;
let draft = null;

function line(file) {
  const item = document.getElementById("sending-one").content.cloneNode(true).firstElementChild;
  item.querySelector(".name").textContent = file.name;
  list.append(item);
  return item;
}

function said(item, state, text) {
  item.classList.add(state);
  item.querySelector(".state").textContent = text;
}

function send(file, item) {
  return new Promise((settle) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${draft.files}?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => { item.querySelector("progress").value = event.loaded / Math.max(event.total, 1); };
    request.onerror = () => { said(item, "bad", words.lost); settle(false); };
    request.onload = () => {
      if (request.status === 200) {
        item.querySelector("progress").value = 1;
        said(item, "done", words.done);
        settle(true);
        return;
      }
      let told = words.lost;
      try {
        const problem = JSON.parse(request.responseText);
        told = [problem.message, problem.hint].filter(Boolean).join(" ");
      } catch (error) {
        console.warn(error);
      }
      said(item, "bad", told);
      settle(false);
    };
    request.send(file);
  });
}

async function begin() {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": token } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function read() {
  await fetch(draft.read, { method: "POST", headers: { "X-CSRFToken": token } });
  location.assign(draft.next);
}

async function take(files) {
  const wanted = files.filter((file) => !OF_THE_SYSTEM.test(file.name));
  if (!wanted.length) {
    said(line({ name: "" }), "bad", words.none);
    return;
  }
  form.classList.add("busy");
  let failed = false;
  let came = false;
  for (const file of wanted) {
    const item = line(file);
    if (file.size > limit) {
      said(item, "bad", words.big);
      failed = true;
      continue;
    }
    try {
      draft ??= await begin();
    } catch (error) {
      console.warn(error);
      said(item, "bad", words.lost);
      failed = true;
      continue;
    }
    const good = await send(file, item);
    failed ||= !good;
    came ||= good;
  }
  if (came && !failed) await read();
  rest.hidden = !(draft && list.querySelector(".done"));
}

async function opened(entry) {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const part = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!part.length) break;
    for (const inner of part) found.push(...await opened(inner));
  }
  return found;
}

form.addEventListener("submit", (event) => event.preventDefault());
for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("over"); });
form.addEventListener("dragleave", () => form.classList.remove("over"));
form.addEventListener("drop", async (event) => {
  event.preventDefault();
  form.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = entries.length ? (await Promise.all(entries.map(opened))).flat() : [...event.dataTransfer.files];
  take(files);
});
for (const picker of form.querySelectorAll("input[type=file]")) picker.addEventListener("change", () => { take([...picker.files]); picker.value = ""; });
rest.querySelector("button").addEventListener("click", read);
