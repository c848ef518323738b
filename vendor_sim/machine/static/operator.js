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
  if (shown === "" || (await redraw())) shown = next;
}

/** False where the server did not answer: it left since it told of a change. */
async function redraw() {
  const asked = { headers: { Accept: "text/html" }, cache: "no-store" };
  const answer = await fetch(location.href, asked).catch(() => null);
  if (answer?.redirected) return location.reload();
  if (!answer?.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh || part.classList.contains("dirty") || part.contains(document.activeElement)) continue;
    if (fresh.innerHTML === part.dataset.html) continue;
    part.dataset.html = fresh.innerHTML;
    part.innerHTML = fresh.innerHTML;
    localise(part);
  }
  return true;
}

document.addEventListener("input", (event) => {
  event.target.closest(".slot")?.classList.add("dirty");
});

live(events, stateUrl, receive, {
  lost: () => (lostSign.hidden = false),
  found: () => (lostSign.hidden = true),
  refused: (status) => status === 401 && location.reload(),
});
