/**
 * The staged phone is held before the staged machine's scanner: the phone turns to its payment code,
 * everybody sees it, and then the scanner reads it.
 */

import { post } from "/stage/look/live.js";

const CODE = "/wallet/code";
const SHOWN = '#payment-code[data-shown="ready"]';
const LOOK_MS = 100;
const LOOKS_MAX = 50; // five seconds for the platform to give a code
const SEEN_MS = 900; // long enough to see what is held up
const TRIES_MAX = 4;

/**
 * @param {HTMLButtonElement} button
 * @param {{machine: string, wallet: string, csrf: () => string, say: (words: string) => void,
 *   text: (key: string) => string}} stage
 */
export function offerHold(button, stage) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    stage.say("");
    if (!(await hold(stage))) stage.say(stage.text("held_up"));
    button.disabled = false;
  });
}

async function hold({ machine, wallet, csrf }) {
  const phone = document.getElementById("wallet");
  if (phone.contentWindow.location.pathname !== CODE) phone.contentWindow.location.assign(CODE);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    if (await shows(phone)) await pause(SEEN_MS);
    const { ok, body } = await post("/stage/hold", { machine, wallet }, csrf());
    if (!ok || body.held) return ok;
  }
  return false;
}

/** Whether the phone comes to show a code. */
async function shows(phone) {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if (phone.contentDocument?.querySelector(SHOWN)) return true;
    if (phone.contentDocument?.querySelector("#result")) return false; // of the one before
    await pause(LOOK_MS);
  }
  return false;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
