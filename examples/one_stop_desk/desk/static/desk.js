// The keyboard, the scanner, and a page that clears itself. Without scripts the desk works too, more slowly.
"use strict";

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

// A page that Back brings out of memory is asked for anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

(document.getElementById("mend") ?? document.querySelector("[data-focus]"))?.focus();
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

// Filter as one types; Enter takes the first that is left.
const pick = document.querySelector("[data-pick]");
if (pick) {
  const find = pick.querySelector("#find");
  const rows = [...pick.querySelectorAll("li")].map((row) => ({ row, text: plain(row.textContent) }));
  const left = () => rows.filter(({ row }) => !row.hidden);
  find.addEventListener("input", () => {
    const words = plain(find.value).split(/\s+/).filter(Boolean);
    for (const { row, text } of rows) row.hidden = !words.every((word) => text.includes(word));
    pick.querySelector("#none").hidden = left().length > 0;
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    left()[0]?.row.querySelector("button").click();
  });
}

// A scanner ends with Enter: on to the next card that is needed, or the form is filled.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !field.dataset?.scan || !field.value) return;
  const scans = [...document.querySelectorAll("[data-scan=required]")];
  const typed = (scan) => [...scan.closest("fieldset").querySelectorAll("input")].some((one) => one.value);
  const next = scans.find((scan) => !typed(scan));
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// A link to a field goes to it, also where it is folded away.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!field) return;
  event.preventDefault();
  const folded = field.closest("details");
  if (folded) folded.open = true;
  field.focus();
});

// Left alone for too long, the case is ended and the page goes; while somebody works, the server hears of it.
const { case: open, idle, token } = document.body.dataset;
if (open) {
  const patience = Number(idle) * 1000;
  const post = (what) => fetch(`${open}/${what}`, { method: "POST", body: new URLSearchParams({ token }), keepalive: true, redirect: "manual" });
  let worked = Date.now();
  let told = worked;
  const work = () => {
    worked = Date.now();
    if (worked - told > patience / 4) {
      told = worked;
      post("here").catch(() => {});
    }
  };
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, work, { passive: true });
  const timer = setInterval(() => {
    if (Date.now() - worked < patience) return;
    clearInterval(timer);
    document.querySelector("main").replaceChildren();
    post("end").catch(() => {}).finally(() => location.replace("/"));
  }, Math.min(1000, patience / 4));
}
