/**
 * What every page of the wallet does: know that it stands in a frame, count locked seconds down,
 * forget typed PINs, and (where the page says so) follow what changes.
 */

import { clockText } from "../look/live.js";
import { clock, follow } from "./follow.js";

if (window.parent !== window) document.body.classList.add("embedded");

/** Count down every element with data-until by the world's clock. */
export function countDown(root = document) {
  for (const place of root.querySelectorAll("[data-until]")) {
    const left = () => Number(place.dataset.until) - clock.now();
    const shown = place.querySelector("[data-countdown]");
    const draw = () => {
      if (!place.isConnected) return clearInterval(timer);
      if (left() > 0) return void (shown && (shown.textContent = clockText(left())));
      clearInterval(timer);
      place.textContent = "";
      place.dispatchEvent(new CustomEvent("unlocked", { bubbles: true }));
    };
    const timer = setInterval(draw, 250);
    draw();
  }
}

countDown(document);

// a form that is under way is not sent twice by a second tap
for (const form of document.querySelectorAll("form[data-lock]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}

// choosing a wallet leads to its PIN
for (const choice of document.querySelectorAll(".choice input")) {
  choice.addEventListener("click", (event) => {
    if (event.detail) document.getElementById("pin")?.focus();
  });
}

// a page that comes back from the browser's cache shows old money and a half typed PIN
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

follow();
