/**
 * The bar at the foot of the stage: the world's clock, what goes wrong, the power, a recording.
 *
 * What it shows is what the world says; a click asks the world, and its answer is drawn. Clicks are
 * asked one after the other, and nothing older than an answer is drawn after it.
 */

import { post, serverClock } from "/stage/look/live.js";

const FACE_MS = 200;
const clock = serverClock();
const at = (id) => document.getElementById(id);
let shown = null;

/**
 * @param {{csrf: () => string, say: (words: string) => void, text: Function,
 *   overtake: () => void}} stage
 */
export function offerControls({ csrf, say, text, overtake }) {
  let before = Promise.resolve();

  function ask(...wish) {
    const asked = before.then(() => askNow(...wish));
    before = asked.catch(() => null); // whoever asked hears of it; the next one has its turn
    return asked;
  }

  async function askNow(what, body, tell = say) {
    const { ok, body: answer } = await post(`/stage/${what}`, body, csrf());
    overtake();
    tell(ok ? "" : text("refused", { why: answer?.error?.message ?? "" }));
    if (ok) drawControls(answer, text);
    else if (shown) drawControls(shown, text);
    return ok ? answer : null;
  }

  at("freeze").addEventListener("click", () => ask("clock", { frozen: !shown.clock.frozen }));
  at("speed").addEventListener("change", (event) => ask("clock", { speed: Number(event.target.value) }));
  for (const step of document.querySelectorAll("[data-advance]")) {
    step.addEventListener("click", async () => {
      step.disabled = true;
      await ask("clock", { advance_ms: Number(step.dataset.advance) });
      step.disabled = false;
      step.focus();
    });
  }
  for (const one of document.querySelectorAll("[data-switch]")) {
    one.addEventListener("change", () => ask("trouble", { switch: one.dataset.switch, on: one.checked }));
  }
  for (const one of document.querySelectorAll("[data-power]")) {
    const power = () => (one.checked ? "on" : "off");
    one.addEventListener("change", () => ask("power", { service: one.dataset.power, power: power() }));
  }
  offerPlan(ask, text);
  at("record").addEventListener("click", async () => {
    const answer = await ask("record", { on: !shown.recording.on });
    if (answer?.recorded.feature) save(answer.recorded);
  });
  setInterval(drawFace, FACE_MS);
}

function offerPlan(ask, text) {
  const dialog = at("trouble");
  const tell = (words) => {
    at("plan-said").textContent = words || text("plan_taken");
    at("plan-said").hidden = false;
  };
  at("open-trouble").addEventListener("click", () => {
    at("plan-said").hidden = true;
    dialog.showModal();
  });
  at("close-trouble").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  at("take-plan").addEventListener("click", () => {
    try {
      ask("plan", JSON.parse(at("plan-text").value), tell);
    } catch (error) {
      tell(text("plan_wrong", { why: error.message }));
    }
  });
  at("clear-plan").addEventListener("click", () => ask("plan", {}, tell));
}

/** Draw how everything stands; called with each state of the stage. */
export function drawControls(controls, text) {
  const planBefore = JSON.stringify(shown?.trouble.plan);
  if (shown) welcomeBack(shown.services, controls.services);
  shown = controls;
  clock.set(controls.clock.now_ms, controls.clock.rate);
  drawFace();
  drawClock(controls.clock, text);
  const { on, others, fired, plan } = controls.trouble;
  const off = controls.services.filter((one) => one.power === "off");
  for (const one of document.querySelectorAll("[data-switch]")) {
    one.checked = on.includes(one.dataset.switch);
  }
  for (const one of document.querySelectorAll("[data-power]")) {
    one.checked = !off.some((each) => each.service === one.dataset.power);
  }
  const count = on.length + others + off.length;
  at("trouble-count").textContent = count;
  at("trouble-count").hidden = !count;
  at("fired").textContent = toldOf(fired, others, text);
  if (JSON.stringify(plan) !== planBefore) at("plan-text").value = JSON.stringify(plan, null, 2);
  drawRecord(controls.recording, text);
}

/** A page whose service was away begins anew when it is back. */
function welcomeBack(before, now) {
  for (const { service, power } of now) {
    const was = before.find((one) => one.service === service)?.power;
    const frame = document.querySelector(`iframe#${service}`);
    if (frame && power === "on" && was === "off") frame.src = frame.src;
  }
}

function drawClock({ frozen, speed }, text) {
  at("freeze").textContent = text(frozen ? "go_on" : "freeze");
  at("freeze").setAttribute("aria-pressed", frozen);
  at("world-clock").toggleAttribute("data-frozen", frozen);
  const choices = [...at("speed").options];
  const known = choices.find((one) => Number(one.value) === speed);
  if (known) known.selected = true;
  else at("speed").add(new Option(`${speed} ×`, speed, true, true));
}

function drawFace() {
  if (!shown) return;
  const now = new Date(clock.now());
  at("clock-face").textContent = now.toLocaleTimeString("en-GB");
  at("clock-day").textContent = now.toLocaleDateString(document.documentElement.lang, {
    day: "numeric",
    month: "short",
  });
}

function drawRecord({ on }, text) {
  at("record").setAttribute("aria-pressed", on);
  at("record-text").textContent = text(on ? "record_end" : "record");
}

function toldOf(fired, others, text) {
  const parts = Object.entries(fired)
    .filter(([, times]) => times)
    .map(([fault, times]) => `${fault}: ${text("happened", { times })}`);
  if (others) parts.push(text("others", { count: others }));
  return parts.join(" · ");
}

function save({ name, feature }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([feature], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
