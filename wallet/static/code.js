/**
 * The payment code on a phone: counts its minute down and asks for the next one, as long as somebody
 * looks. What a till does with it comes in by follow.js, as on every page of the wallet.
 */

import { clock, reload } from "./follow.js";

const ANSWER_MS = 15_000;
const COPIED_MS = 2_000;
const ROUND_MS = 60_000; // a code's whole life, for the line that grows shorter
const UNATTENDED_MAX = 15; // so many codes for a phone nobody touches; then it rests

const place = document.getElementById("live");
let ticking = 0;
let asking = false;
let unattended = 0;

const $ = (id) => document.getElementById(id);
const ticket = () => $("payment-code");
const shown = () => ticket().dataset.shown;

function begin() {
  clearInterval(ticking);
  offerCopy();
  if (shown() === "ready") countDown();
  else if (shown() === "nothing") renew();
}

function countDown() {
  const until = Number(ticket().dataset.ends);
  const draw = () => {
    const leftMs = until - clock.now();
    $("countdown").textContent = `${Math.max(0, Math.ceil(leftMs / 1_000))} s`;
    const part = Math.min(1, Math.max(0, leftMs / ROUND_MS));
    ticket().querySelector(".left i").style.transform = `scaleX(${part})`;
    if (leftMs > 0) return;
    clearInterval(ticking);
    putAway();
    renew();
  };
  ticking = setInterval(draw, 250);
  draw();
}

/** A code that can no longer be used is not shown any more, whoever is away. */
function putAway() {
  ticket().dataset.over = "";
}

/** Ask for the next code; a phone that nobody looks at does when somebody looks again. */
async function renew() {
  if (asking || document.hidden) return;
  if (unattended >= UNATTENDED_MAX) return rest();
  unattended += 1;
  asking = true;
  const took = await send();
  asking = false;
  if (!took) rest();
}

/** The button says what to do; it stands in its place already. */
function rest() {
  ticket().dataset.idle = "";
  ticket().removeAttribute("aria-busy");
}

async function send() {
  const form = $("code-form");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "text/html" },
      body: new URLSearchParams(new FormData(form)),
      redirect: "manual", // to this page: as it will be when it is asked for, not as it was
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (answer.type !== "opaqueredirect") return false;
    await reload();
    return true;
  } catch {
    return false;
  }
}

function offerCopy() {
  const button = $("copy");
  if (!button || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

async function copy(button) {
  const label = button.querySelector("span");
  const words = label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.digits);
  } catch {
    return selectDigits();
  }
  label.textContent = button.dataset.done;
  $("said").textContent = button.dataset.done;
  setTimeout(() => (label.textContent = words), COPIED_MS);
}

function selectDigits() {
  getSelection().selectAllChildren($("digits"));
}

const somebody = () => (unattended = 0);
for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, somebody);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && (shown() === "nothing" || "over" in ticket().dataset)) renew();
});
place.addEventListener("swapped", begin);
begin();
