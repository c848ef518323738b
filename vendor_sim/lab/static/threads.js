/**
 * Whose messages are shown: this purchase's, those of a merchant's program outside, or everybody's.
 * The choice is there only while such programs have said something.
 */

const OWN = "";

let chosen = OWN;
let drawn = "";

/**
 * @param {HTMLElement} place
 * @param {{purchase: string, name: string}[]} merchants newest first
 * @param {{all: boolean, text: (key: string, values?: object) => string, changed: () => void}} how
 *   all: everybody's messages are shown, whatever was chosen
 */
export function drawThreads(place, merchants, { all, text, changed }) {
  if (!merchants.some((one) => one.purchase === chosen)) chosen = OWN;
  const now = JSON.stringify([merchants, chosen, all]);
  if (now === drawn) return;
  drawn = now;
  place.hidden = merchants.length === 0;
  const own = { purchase: OWN, label: text("own") };
  const others = merchants.map(({ purchase, name }) => ({
    purchase,
    label: text("of_merchant", { name }),
  }));
  const held = place.contains(document.activeElement);
  place.replaceChildren(...[own, ...others].map((one) => choice(one, all, changed)));
  const pressed = place.querySelector('[aria-pressed="true"]');
  if (held) pressed?.focus();
  if (pressed) place.scrollLeft = pressed.offsetLeft - place.offsetLeft;
}

/** The purchase that was chosen; null for the machine's own. */
export const chosenThread = () => chosen || null;

function choice({ purchase, label }, all, changed) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "thread";
  button.textContent = label;
  button.setAttribute("aria-pressed", String(purchase === chosen && !all));
  button.addEventListener("click", () => {
    chosen = purchase;
    changed();
  });
  return button;
}
