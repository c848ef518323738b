/**
 * The stage: draws where the money stands and who said what, and lends the staged phone its eye.
 */

import { live, textsOf } from "/stage/look/live.js";
import { drawControls, offerControls } from "./controls.js";
import { drawArrows, lanesOf, layLanes, watchLanes } from "./arrows.js";
import { drawMoney } from "./money.js";
import { lendEye } from "./eye.js";
import { offerHold } from "./hold.js";
import { openArrow } from "./opened.js";
import { chosenThread, drawThreads } from "./threads.js";

const text = textsOf();
const { machine, wallet } = document.body.dataset;
const query = new URLSearchParams({ machine, wallet });
const everything = document.getElementById("everything");
const steps = [...document.querySelectorAll("#steps li")];

const STEP_OF = {
  opening: 0,
  awaiting_payment: 1,
  paid: 3,
  releasing: 3,
  released: 4,
};

function drawSteps(order) {
  const asking = order?.state === "awaiting_payment" && order.scanned;
  const now = order ? (asking ? 2 : (STEP_OF[order.state] ?? 0)) : 0;
  steps.forEach((step, index) => {
    step.toggleAttribute("data-done", index < now);
    step.toggleAttribute("data-now", index === now);
    if (index === now) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  });
}

let latest = null;

function render(state) {
  latest = state;
  drawSteps(state.order);
  drawMoney(document.getElementById("money"), state.accounts, text);
  document.getElementById("sentence").textContent = state.sentence;
  if (hold) hold.hidden = !state.order?.reads_codes;
  drawControls(state.controls, text);
  drawMessages(state);
}

function drawMessages(state) {
  const all = everything.checked;
  const changed = () => {
    everything.checked = false;
    render(latest);
  };
  drawThreads(document.getElementById("threads"), state.merchants, { all, text, changed });
  const purchase = chosenThread() ?? state.order?.id ?? null;
  document.getElementById("purchase").textContent = nameOf(purchase, state);
  const shown = all
    ? state.arrows
    : state.arrows.filter((arrow) => arrow.purchase === purchase && purchase);
  layLanes(lanesOf(shown));
  drawArrows(document.getElementById("arrows"), shown, text);
  document.getElementById("no-arrows").hidden = shown.length > 0;
}

function nameOf(purchase, state) {
  if (everything.checked || !purchase) return text("openable");
  const merchant = state.merchants.find((one) => one.purchase === purchase);
  if (merchant) return text("merchant_thread", { name: merchant.name });
  return text("purchase", { id: purchase.slice(-4) });
}

function say(words) {
  const said = document.getElementById("said");
  said.textContent = words;
  said.hidden = !words;
}

everything.addEventListener("change", () => latest && render(latest));
document.getElementById("arrows").addEventListener("click", (event) => {
  const arrow = event.target.closest("button.arrow");
  if (arrow) openArrow(arrow.dataset.n, text);
});
for (const id of ["choose-machine", "choose-wallet"]) {
  const choice = document.getElementById(id);
  choice.addEventListener("change", () => choice.form.submit());
}

watchLanes();
lendEye(machine);
const hold = document.getElementById("hold");
if (hold) offerHold(hold, { machine, wallet, csrf: () => latest?.csrf ?? "", say, text });
const lost = document.getElementById("lost");
const page = live("/stage/events", `/stage/state.json?${query}`, render, {
  lost: () => (lost.hidden = false),
  found: () => (lost.hidden = true),
});
offerControls({ csrf: () => latest?.csrf ?? "", say, text, overtake: page.overtake });
