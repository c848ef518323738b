/** The sequence diagram: a list of buttons, each drawn as an arrow between two lanes. */

const OURS = ["machine", "wallet", "ledger"];
const GUEST = "merchant"; // a merchant's own program: its lane is there while it has something to say
const ACCEPTED = 202; // not done yet, so not green either
const STACKED = window.matchMedia("(max-width: 68rem)");

let shown = OURS;

/** Which lanes these arrows need: a guest takes the machine's place, or stands beside all three. */
export function lanesOf(arrows) {
  const met = new Set(arrows.flatMap((arrow) => [arrow.source, arrow.target]));
  if (!met.has(GUEST)) return OURS;
  return [GUEST, ...OURS.filter((lane) => lane !== "machine" || met.has(lane))];
}

/** Keeps each lane under the thing above it when the window changes. */
export function watchLanes() {
  new ResizeObserver(place).observe(document.getElementById("diagram"));
  layLanes(OURS);
}

/** Puts each lane under the thing above it; four do not fit so, and share the width. */
export function layLanes(lanes) {
  shown = lanes;
  for (const element of document.querySelectorAll("#lanes [data-lane]")) {
    element.hidden = !shown.includes(element.dataset.lane);
  }
  place();
}

function place() {
  const diagram = document.getElementById("diagram");
  const frame = diagram.getBoundingClientRect();
  const xs = shown.map((lane, index) => left(lane, index, frame));
  for (const element of [diagram, document.getElementById("lanes")]) {
    [...OURS, GUEST].forEach((lane) => {
      const at = shown.indexOf(lane);
      // a lane that is away has no line either
      element.style.setProperty(`--lane-${lane}`, at < 0 ? "-9rem" : `${xs[at]}px`);
    });
  }
  shown.forEach((lane, index) => {
    document.querySelector(`[data-lane="${lane}"]`).style.setProperty("--at", `${xs[index]}px`);
  });
}

function left(lane, index, frame) {
  if (shown.length > OURS.length) return frame.width * (0.14 + 0.25 * index);
  if (STACKED.matches) return frame.width * (0.13 + 0.34 * index);
  const below = document.getElementById(`lane-${lane === GUEST ? "machine" : lane}`);
  const above = below.getBoundingClientRect();
  return above.left + above.width / 2 - frame.left;
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
  const lanes = shown.join();
  for (const [n, item] of before) if (!wanted.has(n)) item.remove();
  arrows.forEach((arrow, place) => {
    const drawn = before.get(String(arrow.n)) ?? item(arrow, text, !first);
    const button = drawn.firstElementChild;
    if (button.dataset.lanes !== lanes) span(button, arrow, lanes);
    count(button, arrow, text);
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
  button.dataset.tone = arrow.tone;
  button.dataset.good = arrow.good === null ? "none" : String(arrow.good);
  button.append(time(arrow.at), shaft(arrow));
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.textContent = text("from_to", { source: text(arrow.source), target: text(arrow.target) });
  button.append(spoken);
  entry.append(button);
  return entry;
}

/** From which lane to which, as the lanes stand now. */
function span(button, arrow, lanes) {
  const [from, to] = [shown.indexOf(arrow.source), shown.indexOf(arrow.target)];
  const ends = from < to ? [arrow.source, arrow.target] : [arrow.target, arrow.source];
  button.dataset.lanes = lanes;
  button.dataset.way = from < to ? "right" : "left";
  button.style.setProperty("--left", `var(--lane-${ends[0]})`);
  button.style.setProperty("--width", `calc(var(--lane-${ends[1]}) - var(--lane-${ends[0]}))`);
}

/** The same question with the same answer is one arrow; it opens on the newest. */
function count(button, arrow, text) {
  button.dataset.n = arrow.last;
  const times = button.querySelector(".times");
  times.textContent = arrow.times > 1 ? ` ×${arrow.times}` : "";
  if (arrow.times > 1) times.title = text("times", { times: arrow.times });
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
  const times = document.createElement("b");
  times.className = "times";
  label.append(times);
  element.append(label);
  if (arrow.note) {
    const note = document.createElement("span");
    note.className = arrow.good && arrow.status !== ACCEPTED ? "note good" : "note";
    note.textContent = arrow.note;
    element.append(note);
  }
  return element;
}
