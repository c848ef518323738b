/** Keeps a page of the console true while it stays open. */

import { live } from "../look/live.js";
import { localise } from "../look/when.js";

const { events, stateUrl } = document.body.dataset;
const lostSign = document.querySelector(".lost-sign");
const content = document.getElementById("content");

async function redraw() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (answer.redirected) return location.reload();
  if (!answer.ok || content.contains(document.activeElement)) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("content").innerHTML;
  if (fresh === content.dataset.html) return;
  content.dataset.html = fresh;
  content.innerHTML = fresh;
  localise(content);
}

let first = true;

live(
  events,
  stateUrl,
  () => {
    if (!first) redraw();
    first = false;
  },
  {
    lost: () => (lostSign.hidden = false),
    found: () => (lostSign.hidden = true),
    refused: (status) => status === 401 && location.reload(),
  },
);
