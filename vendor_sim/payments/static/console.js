/** Keeps a page of the console true while it stays open. */

import { live } from "../look/live.js";
import { localise } from "../look/when.js";

const { events, stateUrl, whenChanged } = document.body.dataset;
const lostSign = document.querySelector(".lost-sign");
const content = document.getElementById("content");

/** What is drawn again: the parts that say so, where a page with forms has some; else all of it. */
function parts() {
  const named = [...content.querySelectorAll("[data-live-part]")];
  return named.length ? named : [content];
}

/** False where the server did not answer: it left since it told of a change. */
async function redraw() {
  const asked = { headers: { Accept: "text/html" }, cache: "no-store" };
  const answer = await fetch(location.href, asked).catch(() => null);
  if (answer?.redirected) return location.reload();
  if (!answer?.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts()) {
    const fresh = page.getElementById(part.id)?.innerHTML;
    if (fresh === undefined || fresh === part.dataset.html) continue;
    if (part.contains(document.activeElement)) continue;
    part.dataset.html = fresh;
    part.innerHTML = fresh;
    localise(part);
  }
  return true;
}

let known = null;

live(
  events,
  stateUrl,
  async (state) => {
    const [before, now] = [known, JSON.stringify(state)];
    if (before !== null && whenChanged !== undefined && before === now) return;
    if (before === null || (await redraw())) known = now;
  },
  {
    lost: () => (lostSign.hidden = false),
    found: () => (lostSign.hidden = true),
    refused: (status) => status === 401 && location.reload(),
  },
);
