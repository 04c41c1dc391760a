// Everything works without this file; it only shows that a question is on its way.
const form = document.querySelector("form.ask");
if (form) {
  const button = form.querySelector("button[type=submit]");
  const question = form.querySelector("textarea");
  const label = button.textContent;
  const rest = () => {
    button.textContent = label;
    form.removeAttribute("aria-busy");
  };
  form.addEventListener("submit", () => {
    button.textContent = form.dataset.busy;
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", rest); // coming back with the browser's own button
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}
