// The form of many records: who writes a value means to set it.
for (const field of document.querySelectorAll(".many .field")) {
  const to = field.querySelector(".to");
  const set = field.querySelector("input[type=radio][value=set]");
  const show = () => field.classList.toggle("sets", set.checked);
  to.addEventListener("input", () => {
    set.checked = true;
    show();
  });
  field.addEventListener("change", show);
  show();
}
