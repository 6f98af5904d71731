// What htmx does not do: the key "/" goes to the search, a button copies, a refusal is said.
"use strict";

const say = (text, trouble) => {
  const place = document.getElementById("said");
  place.textContent = text;
  place.classList.toggle("trouble", Boolean(trouble));
};

document.addEventListener("keydown", (event) => {
  const busy = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey;
  const search = document.querySelector("input[type=search]");
  if (event.key === "/" && !busy && search) {
    event.preventDefault();
    search.focus();
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say(button.dataset.copied);
  } catch {
    say(button.dataset.copy);
  }
});

// The server says what was done in a header, since the body is the part of the page that changed.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const said = detail.successful && detail.xhr.getResponseHeader("X-Said");
  if (said) say(decodeURIComponent(said));
});
document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.responseText, true));
document.addEventListener("htmx:sendError", () => say(document.body.dataset.unreachable || "", true));
