/** Keeps the operator's page true while it stays open, without touching a form under the hand. */

import { live } from "../look/live.js";
import { localise } from "../look/when.js";

const { events, stateUrl } = document.body.dataset;
const lostSign = document.querySelector(".lost-sign");
let shown = "";

function signature(state) {
  return JSON.stringify({ ...state, now_ms: 0 });
}

async function receive(state) {
  const next = signature(state);
  if (next === shown) return;
  const first = shown === "";
  shown = next;
  if (!first) await redraw();
}

async function redraw() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (answer.redirected) return location.reload();
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh || part.classList.contains("dirty") || part.contains(document.activeElement)) continue;
    if (fresh.innerHTML === part.dataset.html) continue;
    part.dataset.html = fresh.innerHTML;
    part.innerHTML = fresh.innerHTML;
    localise(part);
  }
}

document.addEventListener("input", (event) => {
  event.target.closest(".slot")?.classList.add("dirty");
});

live(events, stateUrl, receive, {
  lost: () => (lostSign.hidden = false),
  found: () => (lostSign.hidden = true),
  refused: (status) => status === 401 && location.reload(),
});
