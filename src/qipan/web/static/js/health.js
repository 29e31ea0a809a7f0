// Choosing findings: all of the page at once, how many are chosen, nothing to do while none is.
const form = document.getElementById("bulk");
const boxes = () => [...document.querySelectorAll('.findings input[name="n"]')];
const every = document.querySelector("[data-pick-all]");
const whole = form?.querySelector("[data-all]");

function tell() {
  if (!form) return;
  const chosen = boxes().filter((box) => box.checked).length;
  const count = whole?.checked ? Number(whole.dataset.total) : chosen;
  form.querySelector("[data-count]").textContent = count.toLocaleString();
  for (const button of form.querySelectorAll("button")) button.disabled = count === 0;
  if (every) {
    every.checked = chosen > 0 && chosen === boxes().length;
    every.indeterminate = chosen > 0 && !every.checked;
  }
}

document.addEventListener("change", (event) => {
  if (event.target === every) for (const box of boxes()) box.checked = every.checked;
  if (event.target.closest(".findings, #bulk")) tell();
});
// What was chosen and typed belongs to one deed: letting be wants a reason, assigning does not.
form?.addEventListener("submit", (event) => {
  const reason = form.elements.reason;
  if (!reason || event.submitter?.value !== "ignore" || reason.value.trim()) return;
  event.preventDefault();
  reason.setAttribute("aria-invalid", "true");
  reason.focus();
});
addEventListener("pageshow", tell);
tell();
