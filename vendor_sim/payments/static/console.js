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

async function redraw() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (answer.redirected) return location.reload();
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts()) {
    const fresh = page.getElementById(part.id)?.innerHTML;
    if (fresh === undefined || fresh === part.dataset.html) continue;
    if (part.contains(document.activeElement)) continue;
    part.dataset.html = fresh;
    part.innerHTML = fresh;
    localise(part);
  }
}

let known = null;

live(
  events,
  stateUrl,
  (state) => {
    const before = known;
    known = JSON.stringify(state);
    if (before === null) return;
    if (whenChanged === undefined || before !== known) redraw();
  },
  {
    lost: () => (lostSign.hidden = false),
    found: () => (lostSign.hidden = true),
    refused: (status) => status === 401 && location.reload(),
  },
);
