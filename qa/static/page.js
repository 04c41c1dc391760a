// Everything works without this file. It shows that a question is on its way, keeps the last questions in this browser,
// copies and prints, and sends a verdict without leaving the page.
"use strict";

const RECENT = "tanya-asn.recent";
const MOST_RECENT = 8;
const SLOW_AFTER_MS = 4000;

const form = document.querySelector("form.ask");
const answer = document.querySelector("[data-asked]");

// --- a question on its way ---

function setUpForm() {
  const button = form.querySelector("button[type=submit]");
  const question = form.querySelector("textarea");
  const status = form.querySelector(".loading");
  const label = button.textContent;
  let slow;
  const busy = () => {
    button.textContent = form.dataset.busy;
    form.setAttribute("aria-busy", "true");
    status.textContent = form.dataset.loading;
    slow = setTimeout(() => { status.textContent = form.dataset.slow; }, SLOW_AFTER_MS);
  };
  const rest = () => {
    clearTimeout(slow);
    button.textContent = label;
    form.removeAttribute("aria-busy");
    status.textContent = "";
  };
  form.addEventListener("submit", busy);
  window.addEventListener("pageshow", rest); // coming back with the browser's own button
  document.addEventListener("click", (event) => {
    const opensHere = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const link = event.target.closest("a[data-ask]");
    if (link && opensHere) {
      question.value = link.textContent;
      busy();
    }
  });
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

// --- the last questions: in this browser only ---

function recentQuestions() {
  try {
    const stored = JSON.parse(localStorage.getItem(RECENT));
    return Array.isArray(stored) ? stored.filter((q) => typeof q === "string").slice(0, MOST_RECENT) : [];
  } catch {
    return []; // storage is switched off, or holds something else
  }
}

function remember(question) {
  const others = recentQuestions().filter((q) => q !== question);
  try {
    localStorage.setItem(RECENT, JSON.stringify([question, ...others].slice(0, MOST_RECENT)));
  } catch {
    // storage is switched off or full: then nothing is remembered
  }
}

function showRecent(section) {
  const list = section.querySelector("ul");
  for (const question of recentQuestions()) {
    const link = document.createElement("a");
    const address = new URL(form.action);
    const language = form.querySelector("input[name=lang]");
    if (language) address.searchParams.set("lang", language.value);
    address.searchParams.set("question", question);
    link.href = address.href;
    link.dataset.ask = "";
    link.textContent = question;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  section.hidden = list.children.length === 0;
  section.querySelector("button").addEventListener("click", () => {
    localStorage.removeItem(RECENT);
    section.hidden = true;
    form.querySelector("textarea").focus();
  });
}

// --- source cards: Escape puts them away, as WCAG 1.4.13 asks; the style sheet shows them ---

function setUpCards() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll(".cite:hover, .cite:focus-within").forEach((c) => c.classList.add("away-now"));
  });
  for (const cite of document.querySelectorAll(".cite")) {
    for (const end of ["mouseleave", "focusout"]) cite.addEventListener(end, () => cite.classList.remove("away-now"));
  }
}

// --- copy and print ---

function setUpCopy(button) {
  const details = document.getElementById("salinan");
  const text = details.querySelector("textarea");
  const status = document.getElementById("salin-status");
  button.hidden = false;
  details.hidden = true;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      status.textContent = button.dataset.done;
    } catch { // an address without TLS, or a browser that says no
      details.hidden = false;
      details.open = true;
      text.select();
      status.textContent = button.dataset.failed;
    }
  });
}

function setUpPrint(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// --- a verdict ---

function setUpFeedback(section) {
  const sending = section.querySelector("form");
  const status = section.querySelector("[role=status]");
  sending.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = sending.querySelector("button");
    button.disabled = true;
    try {
      const reply = await fetch(sending.action, { method: "POST", body: new URLSearchParams(new FormData(sending)), redirect: "manual" });
      if (reply.type !== "opaqueredirect") throw new Error(String(reply.status)); // the redirect is the yes
      sending.remove();
      status.textContent = section.dataset.sent;
    } catch {
      button.disabled = false;
      status.textContent = section.dataset.failed;
    }
  });
}

if (answer) remember(answer.dataset.asked);
if (form) setUpForm();
setUpCards();
for (const [id, setUp] of [["riwayat", showRecent], ["salin", setUpCopy], ["cetak", setUpPrint]]) {
  const element = document.getElementById(id);
  if (element) setUp(element);
}
const feedback = document.querySelector(".feedback");
if (feedback) setUpFeedback(feedback);
