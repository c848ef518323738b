/**
 * A page that follows what happens: on each change it fetches itself and swaps #live for the new
 * one. So every word is written once, on the server, and the page without script says the same.
 */

import { live, serverClock } from "../look/live.js";
import { localise } from "../look/when.js";

const PAGE_MS = 8_000;

/** The world's clock, as each page and each state of it told. */
export const clock = serverClock();
setClock(document.querySelector("[data-now]"));

function setClock(place) {
  if (place?.dataset.now) clock.set(Number(place.dataset.now), Number(place.dataset.rate));
}

/** Start to follow, if the body names data-events and data-state. */
export function follow() {
  const { events, state } = document.body.dataset;
  const place = document.getElementById("live");
  if (!events || !state || !place) return;
  const away = document.getElementById("away");
  live(events, state, changed, {
    lost: () => (away.hidden = false),
    found: () => (away.hidden = true),
    refused: () => location.reload(),
  });
}

let known = null;

async function changed(state) {
  const { now_ms: nowMs, rate, ...facts } = state;
  clock.set(nowMs, rate);
  const text = JSON.stringify(facts);
  if (text === known) return;
  const shown = await reload().catch(() => false); // the server left in between: the next look asks
  if (shown) known = text;
}

let asked = 0;

/**
 * Fetch this page as it is now and show it.
 *
 * @returns {Promise<boolean>} whether it was shown; not where a later question was asked meanwhile
 */
export async function reload() {
  const mine = (asked += 1);
  const answer = await fetch(location.href, {
    headers: { Accept: "text/html" },
    cache: "no-store",
    signal: AbortSignal.timeout(PAGE_MS),
  });
  const html = await answer.text();
  if (mine !== asked) return false;
  if (answer.redirected) {
    location.assign(answer.url); // what this page was about goes on elsewhere
    return false;
  }
  return answer.ok && swap(html, { always: false });
}

/**
 * Put another answer's #live in the place of this one's.
 *
 * @param {string} html a whole page of the wallet
 * @param {{always?: boolean}} [options] always: also where it tells the same facts (data-version),
 *   as the answer to a form does; otherwise a half typed PIN is left alone
 * @returns {boolean} whether that page had one
 */
export function swap(html, { always = true } = {}) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("live");
  const place = document.getElementById("live");
  if (!fresh || !place) return false;
  for (const one of fresh.querySelectorAll("noscript")) one.remove(); // parsed as if for no script
  setClock(fresh);
  if (!always && fresh.dataset.version === place.dataset.version) return true;
  place.dataset.version = fresh.dataset.version;
  const title = () => place.querySelector("#sheet-title")?.dataset.said;
  const [before, scrolled] = [title(), place.querySelector(".entries")?.scrollTop];
  const focus = place.contains(document.activeElement) ? document.activeElement.id : null;
  place.replaceChildren(...fresh.childNodes);
  document.title = page.title;
  localise(place);
  if (scrolled) place.querySelector(".entries")?.scrollTo(0, scrolled);
  if (title() && title() !== before) say(title());
  refocus(place, focus, before);
  place.dispatchEvent(new CustomEvent("swapped"));
  return true;
}

function say(words) {
  document.getElementById("said").textContent = words;
}

// Who stood on something that went away stands on the heading of what came.
function refocus(place, id, before) {
  if (id === null) return;
  const same = id && document.getElementById(id);
  if (same && (before === undefined || id !== "sheet-title")) same.focus({ preventScroll: true });
  else place.querySelector("#sheet-title")?.focus({ preventScroll: true });
}
