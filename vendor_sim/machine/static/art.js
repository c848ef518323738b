/**
 * The goods, drawn: one shape (can, slim can or bottle), colours and a motif per product.
 * A product nobody has drawn yet gets its colours from its name, always the same ones.
 */

const SVG = "http://www.w3.org/2000/svg";

// shape, metal or plastic body, label, motif's colour, motif
const ART = {
  "jasmine-tea": ["slim", "#7fae86", "#f5efdc", "#3f6e4a", "blossom"],
  oolong: ["slim", "#8d5b2d", "#f0dfbd", "#6d4019", "leaf"],
  "green-tea": ["slim", "#5f9a4b", "#eef3d8", "#38702c", "leaf"],
  "lemon-tea": ["can", "#eec52f", "#fff7d1", "#b98a00", "citrus"],
  "peach-tea": ["slim", "#f0a37a", "#fff0e2", "#d4683d", "peach"],
  orange: ["can", "#ee8422", "#fff1dc", "#d96a08", "citrus"],
  lychee: ["can", "#dd7f9c", "#fff0f2", "#b8446b", "berry"],
  "plum-juice": ["can", "#6a3f7c", "#efe3f2", "#5a2f6d", "berry"],
  "tomato-juice": ["can", "#c8392b", "#fbe9dc", "#b32a1d", "berry"],
  cola: ["can", "#b7211d", "#fbf3e4", "#b7211d", "wave"],
  "ginger-beer": ["can", "#c79a4b", "#2b3f36", "#f0d693", "star"],
  "energy-drink": ["slim", "#20262b", "#c9e23c", "#20262b", "bolt"],
  "soy-milk": ["bottle", "#efe6d0", "#5f7f4e", "#f6f0dd", "bean"],
  "coconut-water": ["bottle", "#dfeee6", "#2f7f72", "#f3fbf5", "palm"],
  "cold-brew": ["can", "#3a2c26", "#e7d8c4", "#3a2c26", "coffee"],
  "soda-water": ["can", "#4f8fc4", "#eaf4fb", "#2c6ca3", "bubbles"],
  "sparkling-water": ["bottle", "#a9d6e3", "#2a6f94", "#eefaff", "bubbles"],
  "still-water": ["bottle", "#c6e2ee", "#3d7fb4", "#f0f9ff", "drop"],
};

const MOTIFS = {
  drop: "M12 2C16 8 19 11 19 15a7 7 0 0 1-14 0C5 11 8 8 12 2Z",
  leaf: "M4 20C3 10 9 3 21 3c0 12-6 18-14 17l5-9-8 9Z",
  blossom:
    "M12 9c-3-3-3-7 0-7s3 4 0 7c3-3 7-3 8 0s-4 4-8 2c4 2 5 6 3 8s-5-2-4-7c0 5-3 9-6 7s0-6 4-8c-4 2-8 1-7-2s5-3 8 0Z",
  citrus:
    "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Zm-1.2 3A7 7 0 0 0 6 8.5l4.8 2.700V5Zm2.4 0v6.200L18 8.500A7 7 0 0 0 13.2 5ZM5 11a7 7 0 0 0 .5 4.300L10 12.9 5 11Zm14 0-5 1.9 4.5 2.400A7 7 0 0 0 19 11Zm-8.2 4-4 2.500a7 7 0 0 0 4 1.500v-4Zm2.4 0v4a7 7 0 0 0 4-1.500L13.2 15Z",
  berry:
    "M12 8a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm0-1C12 4 14 2 18 2c0 3-2 5-6 5Zm-3.5 6.200c-.9.9-1.3 2.2-1.1 3.5.1.7 1 .6 1-.1 0-1 .4-1.8 1-2.5.6-.6-.300-1.5-.9-.9Z",
  peach:
    "M12 7c5-3 10 0 10 6s-5 9-10 9S2 19 2 13 7 4 12 7Zm0 2c-1.6 3-1.6 6 0 9 .5-3 .5-6 0-9Zm1-3c0-3 2-4 5-4 0 3-2 4-5 4Z",
  wave: "M0 8c6-7 11-5 15-1s7 4 9 1v7c-5 6-10 4-14 0S3 12 0 16V8Z",
  star: "m12 1 3 7.5 8 .5-6.2 5.100L19 22l-7-4.400L5 22l2.2-7.900L1 9l8-.5L12 1Z",
  bolt: "M14 1 4 14h6l-2 9 11-14h-7l2-8Z",
  bean: "M8 3c5-2 11 2 11 7 0 3-3 3-4 5s0 6-5 6c-4 0-6-4-6-8 0-5 1-9 4-10Z",
  palm: "M11 22c0-5 .5-8 1.5-11C9 9 6 10 3 13c0-5 3-8 8-6-2-3-5-4-8-3 3-3 8-2 10 2 1-3 4-4 8-3-3 0-5 2-6 4 4-1 7 2 7 6-2-3-4-4-7-3-1.5 4-2 8-1.5 12H11Z",
  coffee:
    "M17 3c4 4 3 11-1 15S5 22 4 20 3 11 8 6s8-4 9-3Zm-2 3c-3 1-2 4-4 6s-5 2-6 6c3-3 5-2 7-5s1-5 3-7Z",
  bubbles:
    "M8 12a5 5 0 1 1 0 10 5 5 0 0 1 0-10Zm9-3a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM11 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z",
};

const SHAPES = {
  can: { width: 52, draw: can },
  slim: { width: 42, draw: slim },
  bottle: { width: 42, draw: bottle },
};

/** @param {string} art a product's slug */
export function artOf(art) {
  const [shape, body, label, ink, motif] = ART[art] ?? invented(art);
  return { shape, body, label, ink, motif, width: SHAPES[shape].width };
}

/**
 * Draw a product, 100 high, standing on its bottom line.
 *
 * @param {string} art
 * @returns {SVGSVGElement} with viewBox 0 0 width 100
 */
export function drawGoods(art) {
  const look = artOf(art);
  const svg = make("svg", { viewBox: `0 0 ${look.width} 100`, class: "goods", "aria-hidden": "true" });
  svg.append(...SHAPES[look.shape].draw(look));
  return svg;
}

export function make(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function invented(art) {
  let hash = 7;
  for (const letter of art || "?") hash = (hash * 31 + letter.codePointAt(0)) % 3_600;
  const hue = hash % 360;
  const motifs = Object.keys(MOTIFS);
  return [
    hash % 3 === 0 ? "slim" : "can",
    `hsl(${hue} 48% 46%)`,
    `hsl(${(hue + 30) % 360} 50% 93%)`,
    `hsl(${hue} 55% 34%)`,
    motifs[hash % motifs.length],
  ];
}

function can({ body, label, ink, motif }) {
  const outline =
    "M8 9C4 12 1.5 15 1.5 20V84c0 4 2 7 5.5 10 1 1 3 1.5 5 1.500h28c2 0 4-.5 5-1.5 3.5-3 5.5-6 5.5-10V20c0-5-2.5-8-6.5-11Z";
  return [
    make("path", { d: outline, fill: body }),
    make("path", { d: "M1.5 30h49v42h-49Z", fill: label, class: "label" }),
    make("path", { d: "M1.5 30h49v2.500h-49ZM1.5 69.500h49V72h-49Z", fill: ink, opacity: ".55" }),
    motifAt(motif, ink, 26, 51, 28),
    make("path", { d: outline, fill: "url(#shade)" }),
    make("path", { d: "M7 93.500c1 1.5 3 2 5 2h28c2 0 4-.5 5-2v1c0 2-3 3.5-5.5 3.500h-27C10 98 7 96.5 7 94.500Z", fill: "url(#metal)" }),
    ...lid(26, 7, 19.5),
  ];
}

function slim({ body, label, ink, motif }) {
  const outline =
    "M7 7C3.5 10 1.5 12 1.5 17V87c0 4 2 6 4.5 8 1 .8 2.5 1 4 1h22c1.5 0 3-.2 4-1 2.5-2 4.5-4 4.5-8V17c0-5-2-7-5.5-10Z";
  return [
    make("path", { d: outline, fill: body }),
    make("path", { d: "M1.5 26c10 6 29-6 39 0v50c-10-6-29 6-39 0Z", fill: label }),
    motifAt(motif, ink, 21, 51, 25),
    make("path", { d: outline, fill: "url(#shade)" }),
    make("path", { d: "M6 95c1 .8 2.5 1 4 1h22c1.5 0 3-.2 4-1v1c0 1.5-2 2.5-4 2.500H10C8 98.5 6 97.5 6 96Z", fill: "url(#metal)" }),
    ...lid(21, 5.5, 14.5),
  ];
}

function bottle({ body, label, ink, motif }) {
  const outline =
    "M15 10c0 7-12 11-12 24 0 3 1.5 4 1.5 6S3 43 3 46v22c0 3 1.5 4 1.5 6S3 77 3 80v13c0 4 3 6 6 6h24c3 0 6-2 6-6V80c0-3-1.5-4-1.5-6s1.5-3 1.5-6V46c0-3-1.5-4-1.5-6s1.5-3 1.5-6C39 21 27 17 27 10Z";
  return [
    make("path", { d: outline, fill: body, opacity: ".93" }),
    make("path", { d: "M3.6 42h34.800C39 44 39 45 39 46v22c0 2-.3 3-.700 4H3.700C3.3 71 3 70 3 68V46c0-1 0-2 .6-4Z", fill: label }),
    motifAt(motif, ink, 21, 57, 23),
    make("path", { d: outline, fill: "url(#shade)", opacity: ".8" }),
    make("path", { d: "M13.5 2.500C13.5 1.5 14 1 15 1h12c1 0 1.5.5 1.5 1.500V9h-15Z", fill: label }),
    make("path", { d: "M13.5 2.500C13.5 1.5 14 1 15 1h12c1 0 1.5.5 1.5 1.500V9h-15Z", fill: "url(#shade)" }),
    make("path", { d: "M13 9.200h16v1.800H13Z", fill: "#0c2829", opacity: ".35" }),
  ];
}

function motifAt(motif, fill, x, y, size) {
  const scale = size / 24;
  const place = `translate(${x - size / 2} ${y - size / 2}) scale(${scale})`;
  return make("path", { d: MOTIFS[motif], fill, transform: place, "fill-rule": "evenodd" });
}

function lid(x, y, rx) {
  return [
    make("ellipse", { cx: x, cy: y, rx, ry: 3.8, fill: "url(#metal)" }),
    make("ellipse", { cx: x, cy: y - 0.4, rx: rx - 2, ry: 2.5, fill: "#c3c7c4" }),
    make("ellipse", { cx: x, cy: y + 0.3, rx: rx - 8, ry: 1.1, fill: "#8d9390" }),
  ];
}
