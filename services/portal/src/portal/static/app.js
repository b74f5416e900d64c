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
// The page's own search first, else the one over everything.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") arrived();
  if (event.key !== "/" || event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey) return;
  const search = document.querySelector("main [data-search]") || document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  if (!search.offsetParent) document.querySelector(".menu-toggle").click();
  search.focus();
});
// What takes longer than 300 ms shows the shape of a page, and says so.
let slow = 0;
const leave = () => {
  document.body.classList.add("loading");
  clearTimeout(slow);
  slow = setTimeout(() => {
    document.body.classList.add("slow");
    const said = document.getElementById("said");
    said.textContent = said.dataset.loading;
  }, 300);
};
const arrived = () => { clearTimeout(slow); document.body.classList.remove("loading", "slow"); };
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin || /\.(pdf|csv)$/.test(link.pathname)) return;
  if (link.pathname === location.pathname && link.search === location.search && link.hash) return;
  leave();
});
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
// What is held back goes out by itself: count down until then.
setInterval(() => {
  for (const one of document.querySelectorAll("[data-countdown]")) {
    const left = Number(one.dataset.countdown) - 1;
    if (left < 0) { one.textContent = one.dataset.over; continue; }
    one.dataset.countdown = left;
    one.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }
}, 1000);
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
  leave();
  for (const button of event.target.querySelectorAll("button:not([name])")) button.disabled = true;
});
window.addEventListener("pageshow", () => {
  arrived();
  for (const button of document.querySelectorAll("button[disabled]:not([data-off])")) button.disabled = false;
});
// Without scripts nobody sees a button that could do nothing.
for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
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
  // The first connection: htmx comes back by itself only to one that it once had.
  const again = (event) => {
    if (event.target !== live) return;
    lost(true);
    setTimeout(() => htmx.ajax("GET", live.getAttribute("hx-sse:connect"), { source: live }), 5000);
  };
  live.addEventListener("htmx:error", again);
  live.addEventListener("htmx:response:error", again);
}
