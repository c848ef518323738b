/** The sequence diagram: a list of buttons, each drawn as an arrow between two lanes. */

const LANES = ["machine", "wallet", "ledger"];
const PLACES = { machine: 0, wallet: 1, ledger: 2 };

/** Puts each lane under the thing above it, and keeps it there when the window changes. */
export function layLanes() {
  const diagram = document.getElementById("diagram");
  const place = () => {
    const frame = diagram.getBoundingClientRect();
    const stacked = window.matchMedia("(max-width: 68rem)").matches;
    LANES.forEach((lane, index) => {
      const above = document.getElementById(`lane-${lane}`).getBoundingClientRect();
      const x = stacked
        ? frame.width * (0.13 + 0.34 * index)
        : above.left + above.width / 2 - frame.left;
      for (const element of [diagram, document.getElementById("lanes")]) {
        element.style.setProperty(`--lane-${lane}`, `${x}px`);
      }
      document.querySelector(`[data-lane="${lane}"]`).style.setProperty("--at", `${x}px`);
    });
  };
  new ResizeObserver(place).observe(diagram);
  place();
}

/**
 * @param {HTMLOListElement} list
 * @param {object[]} arrows oldest first
 * @param {(key: string, values?: object) => string} text
 */
export function drawArrows(list, arrows, text) {
  const diagram = list.parentElement;
  const atEnd = diagram.scrollHeight - diagram.scrollTop - diagram.clientHeight < 60;
  const before = new Map([...list.children].map((item) => [item.dataset.n, item]));
  const first = before.size === 0;
  const wanted = new Set(arrows.map((arrow) => String(arrow.n)));
  for (const [n, item] of before) if (!wanted.has(n)) item.remove();
  arrows.forEach((arrow, place) => {
    const drawn = before.get(String(arrow.n)) ?? item(arrow, text, !first);
    // told in order of sending: a slow answer takes its place among those that overtook it
    if (list.children[place] !== drawn) list.insertBefore(drawn, list.children[place] ?? null);
  });
  if (atEnd || first) diagram.scrollTop = diagram.scrollHeight;
}

function item(arrow, text, fresh) {
  const entry = document.createElement("li");
  entry.dataset.n = arrow.n;
  const button = document.createElement("button");
  button.type = "button";
  button.className = fresh ? "arrow fresh" : "arrow";
  button.dataset.n = arrow.n;
  button.dataset.tone = arrow.tone;
  button.dataset.good = arrow.good === null ? "none" : String(arrow.good);
  const [from, to] = [PLACES[arrow.source] ?? 0, PLACES[arrow.target] ?? 2];
  button.dataset.way = from < to ? "right" : "left";
  const [left, right] = [LANES[Math.min(from, to)], LANES[Math.max(from, to)]];
  button.style.setProperty("--left", `var(--lane-${left})`);
  button.style.setProperty("--width", `calc(var(--lane-${right}) - var(--lane-${left}))`);
  button.append(time(arrow.at), shaft(arrow));
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.textContent = text("from_to", { source: text(arrow.source), target: text(arrow.target) });
  button.append(spoken);
  entry.append(button);
  return entry;
}

function time(at) {
  const element = document.createElement("time");
  element.dateTime = at;
  const local = new Date(at);
  const two = (n, width = 2) => String(n).padStart(width, "0");
  element.textContent =
    `${two(local.getHours())}:${two(local.getMinutes())}:${two(local.getSeconds())}` +
    `.${two(local.getMilliseconds(), 3)}`;
  return element;
}

function shaft(arrow) {
  const element = document.createElement("span");
  element.className = "shaft";
  const label = document.createElement("span");
  label.className = "label";
  label.textContent = arrow.label;
  if (arrow.status) {
    const status = document.createElement("span");
    status.className = "status";
    status.textContent = ` · ${arrow.status}`;
    label.append(status);
  }
  element.append(label);
  if (arrow.note) {
    const note = document.createElement("span");
    note.className = arrow.good ? "note good" : "note";
    note.textContent = arrow.note;
    element.append(note);
  }
  return element;
}
