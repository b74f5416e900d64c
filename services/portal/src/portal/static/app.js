"use strict";
document.addEventListener("click", async (event) => {
  const copy = event.target.closest(".copy");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.classList.add("copied");
    document.getElementById("said").textContent = copy.dataset.said;
    setTimeout(() => copy.classList.remove("copied"), 1500);
    return;
  }
  const menu = event.target.closest(".menu-toggle");
  if (menu) {
    const open = document.querySelector(".side").classList.toggle("open");
    menu.setAttribute("aria-expanded", String(open));
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey) return;
  const search = document.querySelector("[data-search]");
  if (search) { event.preventDefault(); search.focus(); } else { const link = document.querySelector("[data-search-page]"); if (link) link.click(); }
});
// Selects and checkboxes that save by themselves.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-save]")) event.target.form.requestSubmit();
});
// Inline validation when a field is left, with the words of the page's own language.
document.addEventListener("focusout", (event) => {
  const field = event.target;
  if (!field.matches || !field.matches("[data-required], [pattern]")) return;
  const place = document.getElementById(`${field.id}-fault`);
  if (!place) return;
  const missing = field.dataset.required !== undefined && !field.value.trim();
  const wrong = field.pattern && field.value.trim() && !new RegExp(`^(?:${field.pattern})$`).test(field.value.trim());
  place.textContent = missing ? field.dataset.required : wrong ? field.dataset.wrong : "";
  if (missing || wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("[hx-get], [hx-post]")) return;
  document.body.classList.add("loading");
  for (const button of event.target.querySelectorAll("button:not([name])")) button.disabled = true;
});
window.addEventListener("pageshow", () => {
  document.body.classList.remove("loading");
  for (const button of document.querySelectorAll("button[disabled]:not([data-off])")) button.disabled = false;
});
// Without scripts nobody sees a button that could do nothing.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
const summary = document.querySelector(".error-summary");
if (summary) summary.focus();
// The live feed: say when it was lost and that it comes back.
const live = document.querySelector("[data-live]");
if (live) {
  const lost = (yes) => { live.classList.toggle("feed-lost", yes); live.classList.toggle("feed-live", !yes); };
  live.addEventListener("htmx:sse:error", () => lost(true));
  live.addEventListener("htmx:sse:close", () => lost(true));
  live.addEventListener("htmx:sse:before:connection", (event) => { if (event.detail.connection.attempt > 0) lost(true); });
  live.addEventListener("htmx:sse:after:connection", () => lost(false));
  live.addEventListener("htmx:sse:after:message", () => lost(false));
}
