// A form keeps what was typed: leaving with unsaved changes is asked about, Ctrl+Enter saves, the first error is shown.
const form = document.querySelector(".record-form");

if (form) {
  const begun = document.getElementById("wrong") || document.querySelector(".contested") ? "" : state();
  let sending = false;

  function state() {
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    return JSON.stringify(fields);
  }

  addEventListener("beforeunload", (event) => {
    if (!sending && state() !== begun) event.preventDefault();
  });
  form.addEventListener("submit", () => { sending = true; });
  document.querySelector("[data-leave]")?.addEventListener("click", (event) => {
    if (state() !== begun && !confirm(form.dataset.unsaved)) event.preventDefault();
    else sending = true;
  });
  addEventListener("keydown", (event) => {
    const saves = (event.key === "Enter" || event.key === "s") && (event.ctrlKey || event.metaKey);
    if (!saves) return;
    event.preventDefault();
    form.requestSubmit();
  });
  // What was just checked says so to screen readers, too.
  form.addEventListener("htmx:after:swap", (event) => {
    const place = event.target.closest?.("[id^='e-']") ?? event.target;
    const field = place.id?.startsWith("e-") && document.getElementById(`f-${place.id.slice(2)}`);
    if (!field) return;
    if (place.querySelector(".field-error")) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  });
  const wrong = form.querySelector(".contested input, .wrong input:not([type=hidden]), .wrong select, .wrong textarea");
  if (wrong) wrong.focus();
  else if (!form.querySelector("[name=version]")) form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}
