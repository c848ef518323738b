/**
 * The sheet that asks for the PIN: a pad for fingers, the keyboard for everybody else. The form is
 * the plain one underneath; its answer is a page, whose #live takes the place of this one.
 */

import { countDown } from "./app.js";
import { reload, swap } from "./follow.js";

const ANSWER_MS = 15_000;
const place = document.getElementById("live");
let pin = "";
let sending = false;

const $ = (id) => document.getElementById(id);
const digitsMax = () => Number($("pin-dots")?.dataset.digits || 0);
const locked = () => $("pin-pad")?.hasAttribute("data-locked") ?? true;

function draw() {
  const dots = $("pin-dots");
  if (!dots) return;
  [...dots.children].forEach((dot, n) => dot.classList.toggle("on", n < pin.length));
  dots.classList.toggle("many", digitsMax() > 8);
  dots.ariaLabel = dots.dataset.label.replace("{n}", pin.length).replace("{all}", digitsMax());
}

function type(digit) {
  if (sending || locked() || pin.length >= digitsMax()) return;
  if (!$("pin-says").dataset.until) $("pin-says").textContent = "";
  pin += digit;
  draw();
}

function erase() {
  if (sending) return;
  pin = pin.slice(0, -1);
  draw();
}

function press(selector) {
  const button = $("pin-pad")?.querySelector(selector);
  button?.classList.add("pressed");
  setTimeout(() => button?.classList.remove("pressed"), 120);
}

function onKey(event) {
  if (!$("pin-pad") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[0-9]$/.test(event.key)) {
    press(`[data-digit="${event.key}"]`);
    type(event.key);
  } else if (event.key === "Backspace") {
    press("[data-erase]");
    erase();
  } else if (event.key === "Enter" && !event.target.closest("a, button")) {
    $("confirm-form").requestSubmit($("confirm"));
  } else return;
  if (event.key !== "Enter" || !event.target.closest("a, button")) event.preventDefault();
}

function complain(words) {
  $("pin-says").textContent = words;
  shake();
}

function shake() {
  const dots = $("pin-dots");
  dots.classList.remove("shake");
  void dots.offsetWidth; // so that the animation starts again
  dots.classList.add("shake");
}

async function submit(event) {
  event.preventDefault();
  if (sending) return;
  const declining = event.submitter?.id === "decline";
  if (!declining && locked()) return;
  if (!declining && pin.length < digitsMax()) return complain($("pin-says").dataset.more);
  const form = event.target;
  const body = new URLSearchParams(new FormData(form));
  if (!declining) body.set("pin", pin);
  busy(event.submitter ?? $("confirm"), true);
  const took = await send(declining ? event.submitter.formAction : form.action, body);
  busy($(declining ? "decline" : "confirm"), false);
  pin = "";
  draw();
  if (!took && $("pin-says")) complain($("pin-says").dataset.away);
}

function busy(button, on) {
  sending = on;
  if (!button) return;
  button.ariaDisabled = on ? "true" : null;
  button.dataset.words ??= button.textContent;
  button.textContent = on ? (button.dataset.busy ?? button.dataset.words) : button.dataset.words;
}

async function send(url, body) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { Accept: "text/html" },
      body,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const html = await answer.text();
    if (swap(html)) {
      reload().catch(() => {}); // what happened since this answer was written
      return true;
    }
    if (answer.status < 500) location.reload();
    return answer.status < 500;
  } catch {
    return false;
  }
}

// Until this script runs, and while the PIN is locked, the pad would only swallow what is typed.
function enable() {
  const buttons = $("confirm-form")?.querySelectorAll("#pin-pad button, #confirm") ?? [];
  for (const button of buttons) button.disabled = locked();
}

function begin() {
  if (!$("confirm-form")) pin = ""; // else a half typed one survives news
  draw();
  enable();
  $("confirm-form")?.addEventListener("submit", submit);
  $("pin-pad")?.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.digit) type(button.dataset.digit);
    else if (button) erase();
  });
}

place.addEventListener("swapped", () => {
  begin();
  countDown(place);
  if ($("pin-says")?.textContent.trim()) shake();
});
place.addEventListener("unlocked", () => {
  $("pin-pad")?.removeAttribute("data-locked");
  enable();
});
document.addEventListener("keydown", onKey);
begin();
$("sheet-title")?.focus({ preventScroll: true });
