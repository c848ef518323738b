/** What stands behind the glass: shelves, coils, goods, their fall and the tray they land in. */

import { stillness } from "../look/live.js";
import { artOf, drawGoods, make } from "./art.js";

// A bay's own drawing is 84 × 110; goods stand on its floor, the ones behind smaller and aside.
const BOX = { x: 8, y: 6, width: 84, height: 110 };
const FLOOR = 113;
const TALL = 98;
const DEPTHS = [
  { floor: FLOOR, tall: TALL, aside: 0 },
  { floor: 106, tall: 88, aside: 10 },
  { floor: 100, tall: 79, aside: 18 },
];
const GRAVITY = "cubic-bezier(.5, 0, .9, .55)";

export class Glass {
  /** @param {{press: (slot: string) => void, t: Function}} doors */
  constructor(doors) {
    this.doors = doors;
    this.glass = document.getElementById("glass");
    this.shelves = document.getElementById("shelves");
    this.air = document.getElementById("falling");
    this.tray = document.getElementById("tray");
    this.well = document.getElementById("tray-well");
    this.bays = new Map();
    this.plan = "";
    this.shelves.addEventListener("click", (event) => {
      const bay = event.target.closest("[data-slot]");
      if (bay) doors.press(bay.dataset.slot);
    });
  }

  /** @param {object[]} slots as in state.json */
  show(slots) {
    const plan = slots.map((slot) => slot.slot).join();
    if (plan !== this.plan) this.build(slots);
    this.plan = plan;
    for (const slot of slots) this.fill(slot);
  }

  build(slots) {
    const rows = rowsOf(slots);
    const columns = Math.max(...rows.map((row) => row.length));
    this.bays.clear();
    this.shelves.style.setProperty("--columns", columns);
    this.shelves.style.setProperty("--rows", rows.length);
    this.shelves.classList.toggle("many", rows.length > 4 || columns > 6);
    this.shelves.replaceChildren(
      ...rows.map((row) => {
        const shelf = document.createElement("div");
        shelf.className = "shelf";
        shelf.append(...row.map((slot, column) => this.bay(slot, lean(column, columns))));
        return shelf;
      }),
    );
  }

  bay({ slot }, leaning) {
    const bay = document.createElement("button");
    bay.type = "button";
    bay.className = "bay";
    bay.dataset.slot = slot;
    bay.innerHTML = `
      <span class="space"></span><span class="out"></span>
      <span class="tag"><b></b><span class="price"></span></span>
      <span class="name"></span>`;
    bay.querySelector("b").textContent = slot;
    bay.querySelector(".out").textContent = this.doors.t("slot_sold_out");
    bay.dataset.leaning = leaning;
    this.bays.set(slot, bay);
    return bay;
  }

  fill(slot) {
    const bay = this.bays.get(slot.slot);
    const sold = slot.available <= 0;
    const label = this.doors.t(sold ? "slot_label_sold_out" : "slot_label", slot);
    if (bay.getAttribute("aria-label") !== label) bay.setAttribute("aria-label", label);
    bay.toggleAttribute("data-sold-out", sold);
    bay.querySelector(".price").textContent = slot.price;
    bay.querySelector(".name").textContent = slot.product;
    bay.title = slot.product;
    const drawn = `${slot.art}:${Math.min(slot.stock, DEPTHS.length)}`;
    if (bay.dataset.drawn === drawn) return;
    bay.dataset.drawn = drawn;
    bay.dataset.art = slot.art;
    bay.querySelector(".space").replaceChildren(space(slot, Number(bay.dataset.leaning)));
  }

  /** Light one bay and dim the others; "" lights all. */
  choose(slot) {
    this.shelves.classList.toggle("chosen", Boolean(slot));
    for (const [name, bay] of this.bays) bay.classList.toggle("lit", name === slot);
  }

  /** While a number is typed: what it can still become. */
  hint(text) {
    for (const [name, bay] of this.bays) {
      bay.classList.toggle("hinted", text !== "" && name.toUpperCase().startsWith(text));
    }
  }

  /** "" | "turning" | "jammed" | "empty" */
  act(slot, what) {
    for (const [name, bay] of this.bays) {
      const act = name === slot ? what : "";
      if (bay.dataset.act !== act) bay.dataset.act = act;
    }
  }

  /** The goods of a bay fall and come to lie in the tray. */
  async drop(slot, { watched }) {
    const bay = this.bays.get(slot);
    if (!bay) return;
    const art = bay.dataset.art;
    const lying = this.lay(art, this.across(bay));
    if (!watched || stillness.matches) return;
    lying.style.visibility = "hidden";
    this.tray.classList.remove("open");
    await this.fall(bay, art);
    lying.style.visibility = "";
    this.tray.classList.add("open");
    await land(lying, this.well.clientHeight);
  }

  /** Where a bay is, as a share of the tray's width. */
  across(bay) {
    const glass = this.glass.getBoundingClientRect();
    const own = bay.getBoundingClientRect();
    const middle = (own.left + own.width / 2 - glass.left) / (glass.width || 1);
    return Math.min(0.8, Math.max(0.2, middle));
  }

  lay(art, across) {
    const lying = drawGoods(art);
    lying.dataset.can = art;
    lying.style.setProperty("--across", across);
    lying.style.setProperty("--slim", artOf(art).width / 100);
    this.well.replaceChildren(lying);
    this.tray.classList.add("has", "open");
    this.tray.classList.toggle("right", across > 0.5);
    return lying;
  }

  /** The tray is empty again. */
  take() {
    this.well.replaceChildren();
    this.tray.classList.remove("has", "open");
  }

  get holding() {
    return this.well.firstElementChild?.dataset.can ?? null;
  }

  async fall(bay, art) {
    const glass = this.glass.getBoundingClientRect();
    const space = bay.querySelector(".space svg");
    const own = space.getBoundingClientRect();
    const unit = Math.min(own.width / BOX.width, own.height / BOX.height);
    const tall = TALL * unit * 1.06;
    const goods = drawGoods(art);
    const floor = own.bottom - (BOX.y + BOX.height - FLOOR) * unit - glass.top;
    goods.style.height = `${tall}px`;
    goods.style.left = `${own.left + own.width / 2 - glass.left}px`;
    goods.style.top = `${floor - tall}px`;
    this.air.replaceChildren(goods);
    const down = glass.height - floor + tall * 1.2;
    const ms = 240 + 420 * Math.sqrt(down / glass.height);
    const tip = goods.animate(
      [
        { transform: "translate(-50%, 0) rotate(0)" },
        { transform: "translate(-48%, 2%) rotate(3deg)", offset: 0.6 },
        { transform: "translate(-44%, 5%) rotate(11deg)" },
      ],
      { duration: 260, easing: "ease-in", fill: "forwards" },
    );
    await tip.finished;
    const plunge = goods.animate(
      [
        { transform: "translate(-44%, 5%) rotate(11deg)" },
        { transform: `translate(-40%, ${down}px) rotate(64deg)` },
      ],
      { duration: ms, easing: GRAVITY, fill: "forwards" },
    );
    await plunge.finished;
    this.air.replaceChildren();
  }
}

function land(lying, height) {
  const at = (x, y, turn) => ({
    transform: `translate(calc(-50% + ${x}px), ${y}px) rotate(${turn}deg)`,
  });
  return lying.animate(
    [
      { ...at(-6, -height * 1.3, 66), easing: "cubic-bezier(.5, .4, .9, .8)" },
      { ...at(0, 0, 97), offset: 0.26, easing: "cubic-bezier(.1, .6, .4, 1)" },
      { ...at(5, -height * 0.26, 84), offset: 0.45, easing: "cubic-bezier(.5, 0, .9, .7)" },
      { ...at(9, 0, 93), offset: 0.62, easing: "cubic-bezier(.1, .6, .4, 1)" },
      { ...at(12, -height * 0.06, 88), offset: 0.73, easing: "cubic-bezier(.5, 0, .9, .7)" },
      { ...at(14, 0, 91), offset: 0.83 },
      at(0, 0, 90),
    ],
    { duration: 900 },
  ).finished;
}

/** A1, A2 | B1, B2 or 11, 12 | 21, 22 where slots are named so, else rows of at most five. */
function rowsOf(slots) {
  const rows = new Map();
  for (const slot of slots) {
    const shelf = /^(?:([A-Za-z]+)\d+|(\d)\d)$/.exec(slot.slot);
    if (!shelf) return chunks(slots);
    const name = shelf[1] ?? shelf[2];
    rows.set(name, [...(rows.get(name) ?? []), slot]);
  }
  return [...rows.values()];
}

function chunks(slots) {
  const rows = Math.ceil(slots.length / 5);
  const columns = Math.ceil(slots.length / rows);
  return Array.from({ length: rows }, (_, row) => slots.slice(row * columns, (row + 1) * columns));
}

/** The eye is before the middle of the glass: what stands further back leans towards it. */
function lean(column, columns) {
  const middle = (columns - 1) / 2;
  return column === middle ? -0.6 : (middle - column) / Math.max(1, middle);
}

function space({ art, stock }, leaning) {
  const { x, y, width, height } = BOX;
  const viewBox = `${x} ${y} ${width} ${height}`;
  const svg = make("svg", { viewBox, preserveAspectRatio: "xMidYMax meet" });
  svg.append(coil(leaning));
  const count = Math.min(stock, DEPTHS.length);
  for (let depth = count - 1; depth >= 0; depth -= 1) svg.append(stand(art, depth, leaning));
  svg.append(make("path", { class: "wire front", d: "M19 84a32 32 0 0 0 62 0" }));
  return svg;
}

function coil(leaning) {
  const ring = (depth, cy, r, opacity) =>
    make("circle", { cx: 50 + DEPTHS[depth].aside * leaning, cy, r, opacity, class: "wire" });
  return make("g", { class: "coil" }, ring(2, 71, 25, 0.35), ring(1, 76, 28, 0.6), ring(0, 81, 32, 1));
}

function stand(art, depth, leaning) {
  const { floor, tall, aside } = DEPTHS[depth];
  const goods = drawGoods(art);
  const width = (artOf(art).width * tall) / 100;
  goods.setAttribute("x", 50 + aside * leaning - width / 2);
  goods.setAttribute("y", floor - tall);
  goods.setAttribute("width", width);
  goods.setAttribute("height", tall);
  return make("g", { class: depth ? `behind d${depth}` : "first" }, goods);
}
