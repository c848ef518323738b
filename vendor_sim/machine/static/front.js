/** The machine's front: state.json in, picture out; presses, numbers and the cancel button back. */

import { clockText, live, post, serverClock, textsOf } from "../look/live.js";
import { screenOf, stillShown } from "./display.js";
import { Glass } from "./glass.js";
import { Keypad } from "./keypad.js";
import { Scanner } from "./scanner.js";

const FLASH_MS = 3_500;
const TAKEN_BY_ITSELF_MS = 45_000;
const ACTIVE = new Set(["opening", "awaiting_payment", "paid", "releasing"]);

const $ = (id) => document.getElementById(id);
const { base, csrf } = document.body.dataset;
const t = textsOf();
const clock = serverClock();

let state = null;
let settled = { id: null, atMs: 0 };
let watched = null; // the order whose release this page has seen begin
let dropped = null; // the order whose goods are, or were, in the tray
let typed = "";
let flash = null;
let pressing = null;
let emptied = 0;

const glass = new Glass({ press, t });
const keypad = new Keypad($("keypad"), {
  press,
  t,
  typed(text) {
    typed = text;
    if (text) flash = null;
    draw();
  },
});

const scanner = new Scanner({ present });

// ── doing ────────────────────────────────────────────────────────────────────────────────────

async function press(slot) {
  if (!state || pressing) return;
  const known = state.slots.find((one) => one.slot === slot);
  if (isActive()) return tell("busy");
  if (!known) return tell("unknown_slot", { slot });
  if (known.available <= 0) return tell("sold_out", known);
  if (document.body.dataset.link === "lost") return;
  typed = "";
  flash = null;
  pressing = known;
  draw();
  const answer = await post(`${base}/press`, { slot }, csrf);
  if (!answer.ok) refusedPress(answer, known);
  await page.refresh();
  pressing = null;
  draw();
}

function refusedPress(answer, slot) {
  if (answer.status === 403) return location.reload(); // the session is older than the machine
  const known = ["sold_out", "busy", "unknown_slot"].includes(answer.code);
  tell(known ? answer.code : answer.code === "not_ready" ? "resting" : "problem", slot);
}

async function present(code) {
  const answer = await post(`${base}/present`, { auth_code: code }, csrf);
  if (answer.status === 403) return location.reload();
  await page.refresh();
  if (!answer.ok) tell(answer.code === "invalid" ? "no_code" : "problem");
}

async function cancel() {
  $("cancel").disabled = true;
  const answer = await post(`${base}/cancel`, {}, csrf);
  if (answer.status === 403) return location.reload();
  await page.refresh();
  $("cancel").disabled = false;
}

function tell(key, values = {}) {
  clearTimeout(flash?.timer);
  const timer = setTimeout(() => {
    flash = null;
    draw();
  }, FLASH_MS);
  flash = { key, values, timer };
  draw();
}

function take() {
  glass.take();
  $("take").hidden = true;
  clearTimeout(emptied);
}

// ── drawing ──────────────────────────────────────────────────────────────────────────────────

function receive(next) {
  const before = state?.order;
  state = next;
  clock.set(next.now_ms, next.rate);
  const order = next.order;
  if (order && order.id !== before?.id && isActive()) take();
  if (order && ["paid", "releasing"].includes(order.state)) watched = order.id;
  noteSettled(order, before);
  draw();
  if (order) deliver(order);
}

function noteSettled(order, before) {
  const key = order && `${order.id}:${order.done}:${order.state}`;
  if (key === settled.id) return;
  const seen = before?.id === order?.id;
  settled = { id: key, atMs: seen || !order?.ended_at ? clock.now() : Date.parse(order.ended_at) };
}

function isActive() {
  return Boolean(state?.order && ACTIVE.has(state.order.state));
}

function shownOrder() {
  const order = state?.order;
  return order && stillShown(order, settled.atMs, clock.now()) ? order : null;
}

async function deliver(order) {
  const fell = order.state === "released" || order.desk === "released";
  if (!fell || dropped === order.id || !shownOrder()) return;
  dropped = order.id;
  clearTimeout(emptied);
  emptied = setTimeout(take, TAKEN_BY_ITSELF_MS);
  await glass.drop(order.slot, { watched: watched === order.id });
  $("take").hidden = !glass.holding;
  $("take").setAttribute("aria-label", t("tray_has", order));
}

function draw() {
  if (!state) return;
  const order = shownOrder();
  glass.show(state.slots);
  keypad.show(state.slots.map((slot) => slot.slot));
  glass.hint(typed);
  glass.choose(pressing?.slot ?? (order && isLit(order) ? order.slot : ""));
  glass.act(order?.slot, actOf(order));
  scanner.show(Boolean(state.machine.scanner && order?.state === "awaiting_payment"), order?.charge);
  $("keypad").hidden = scanner.open;
  const screen = screenNow(order);
  tag(screen.state, order);
  paint(screen, order);
  countDown();
}

function isLit(order) {
  return ACTIVE.has(order.state) || ["not_released", "unsure"].includes(order.state);
}

function actOf(order) {
  if (!order) return "";
  if (order.state === "releasing") return "turning";
  if (order.state === "unsure" && !order.done) return "unsure";
  if (order.state !== "not_released") return "";
  return ["jammed", "empty"].includes(order.drop) ? order.drop : "";
}

/** What the display says now: the page's own news first, then the order, then whether it is ready. */
function screenNow(order) {
  if (document.body.dataset.link === "lost") return { state: "lost", picture: "offline", key: "lost" };
  if (flash) return flashScreen(order);
  if (pressing && !isActive()) return { state: "opening", picture: "opening", key: "opening", paying: true, ...about(pressing) };
  if (typed) return { state: "ready", typed, headline: "ready", detail: "typing_more" };
  if (order) return { state: order.state, ...screenOf(order, state.machine.takes) };
  if (state.ready?.ok === false) return { state: "out_of_service", picture: "offline", key: "out_of_service" };
  return { state: "ready", picture: "ready", key: "ready" };
}

function flashScreen(order) {
  const { key, values } = flash;
  if (order && isActive()) {
    const screen = screenOf(order, state.machine.takes);
    return { state: order.state, ...screen, headline: key, detail: `${key}_more`, values };
  }
  const pictures = { sold_out: "sold-out", resting: "offline", problem: "refused" };
  return { state: key, picture: pictures[key] ?? "sold-out", key, values };
}

function about(slot) {
  return { top: `${slot.slot} · ${slot.product}`, amount: slot.price };
}

function tag(name, order) {
  const { dataset } = document.body;
  dataset.state = name;
  dataset.takes = state.machine.takes;
  dataset.drop = order?.drop ?? "";
  dataset.money = order?.money ?? "";
}

function paint(screen, order) {
  const values = { ...wordsOf(order), ...screen.values };
  const headline = t(screen.headline ?? screen.key, values);
  const details = [screen.detail ?? `${screen.key}_more`].flat();
  const detail = details.map((key) => t(key, values)).join(" ");
  const showsOrder = order && screen.state === order.state;
  put("screen-top", screen.top ?? (showsOrder ? `${order.slot} · ${order.product}` : state.machine.name));
  put("screen-amount", screen.amount ?? (screen.paying ? values.amount : ""));
  put("screen-headline", headline);
  put("screen-detail", detail);
  $("display").dataset.tone = screen.tone ?? "";
  $("display").classList.toggle("paying", Boolean(screen.paying));
  picture(screen, order, values);
  put("announce", `${headline}. ${detail}`);
}

function picture(screen, order, values) {
  const use = $("picture").firstElementChild;
  const href = `#pic-${screen.picture}`;
  if (screen.picture && use.getAttribute("href") !== href) use.setAttribute("href", href);
  $("picture").toggleAttribute("hidden", Boolean(screen.qr || screen.typed));
  $("typed").hidden = !screen.typed;
  put("typed", screen.typed ? `${screen.typed}_` : "");
  const qr = $("qr");
  qr.hidden = !screen.qr;
  $("cancel").hidden = !(order && ["opening", "awaiting_payment"].includes(order.state));
  if (!screen.qr) return qr.removeAttribute("src");
  qr.alt = t("qr_alt", values);
  if (qr.getAttribute("src") !== order.qr_svg_url) qr.src = order.qr_svg_url;
}

function wordsOf(order) {
  if (!order) return {};
  const until = order.unsure_until_ms;
  return {
    slot: order.slot,
    product: order.product,
    amount: order.amount ?? amountOf(order),
    time: until ? new Date(until).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false }) : "",
  };
}

function amountOf(order) {
  const same = state.slots.find((slot) => slot.price_minor === order.amount_minor);
  if (same) return same.price;
  const shape = { style: "currency", currency: order.currency, currencyDisplay: "narrowSymbol" };
  const format = new Intl.NumberFormat(document.documentElement.lang, shape);
  return format.format(order.amount_minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function put(id, text) {
  const element = $(id);
  if (element.textContent !== text) element.textContent = text;
}

function countDown() {
  const order = state?.order;
  const counting = order?.state === "awaiting_payment" && order.pay_until_ms && !pressing;
  $("countdown").hidden = !counting || document.body.dataset.link === "lost";
  if (!counting) return;
  const leftMs = order.pay_until_ms - clock.now();
  const wholeMs = order.pay_until_ms - Date.parse(order.opened_at);
  put("time-left", clockText(leftMs));
  $("countdown").style.setProperty("--left", Math.max(0, Math.min(1, leftMs / (wholeMs || 1))));
  $("countdown").classList.toggle("hurry", leftMs < 20_000);
}

// ── alive ────────────────────────────────────────────────────────────────────────────────────

$("cancel").addEventListener("click", cancel);
$("take").addEventListener("click", take);
$("tray").addEventListener("click", (event) => event.target.id !== "take" && glass.holding && take());

const first = $("state");
if (first) receive(JSON.parse(first.textContent));
const page = live(`${base}/events`, `${base}/state.json`, receive, { lost: draw, found: draw });
// endings leave the display by the machine's clock, not by an event
setInterval(() => (shownOrder() || state?.order ? draw() : undefined), 500);
