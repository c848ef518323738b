/** What the display says: a pure function from what the server says to picture and words. */

const SHOWN_MS = {
  released: 12_000,
  cancelled: 6_000,
  expired: 9_000,
  refused: 10_000,
  not_released: 25_000,
  unsure: 25_000,
};
/** How long an ending stays on the display once all is settled; unsettled money stays longer. */

const UNSETTLED_MAX_MS = 180_000;

/**
 * Whether an order that has ended should still be on the display.
 *
 * @param {object} order
 * @param {number} settledMs when this page learned that its money is settled
 * @param {number} nowMs
 */
export function stillShown(order, settledMs, nowMs) {
  const shownMs = SHOWN_MS[order.state];
  if (shownMs === undefined) return true; // it has not ended
  const endedMs = Date.parse(order.ended_at);
  const paid = order.state !== "released" && order.money !== "none";
  if (!paid) return nowMs - endedMs < shownMs;
  if (!order.done) return nowMs - endedMs < UNSETTLED_MAX_MS;
  return nowMs - settledMs < shownMs;
}

/**
 * @param {object} order as in state.json
 * @param {string} takes "hold" | "at_once"
 * @returns {{picture: string, headline: string, detail: string|string[], tone?: string, qr?: boolean, paying?: boolean}}
 *   headline and detail are keys of texts, filled with {amount}, {product}, {slot} and {time}
 */
export function screenOf(order, takes) {
  return (SCREENS[order.state] ?? SCREENS.opening)(order, takes);
}

const SCREENS = {
  opening: () => ({ ...say("opening", "opening"), paying: true }),
  awaiting_payment: (order) =>
    order.charge ? { ...charged(order), paying: true } : { ...attempt(order), paying: true, qr: true },
  paid: (order, takes) =>
    takes === "hold"
      ? say("held", "paid_hold", "paid_hold_more", "held")
      : say("taken", "paid_at_once", "paid_at_once_more", "done"),
  releasing: (order, takes) => say("turning", "releasing", `releasing_${takes}_more`),
  released: () => say("thanks", "released", "released_more", "done"),
  not_released: (order, takes) => {
    const why = { jammed: "jammed", empty: "empty" }[order.drop] ?? "lapsed";
    const picture = why === "lapsed" ? "returned" : why;
    return say(picture, moneyFirst(order, takes), [`${why}_more`, ...alsoHeld(order, takes)]);
  },
  unsure: unsure,
  cancelled: (order) => crossed(order) ?? say("cancelled", "cancelled", "cancelled_more"),
  expired: (order) => crossed(order) ?? say("expired", "expired", "expired_more", "time"),
  refused: (order) => crossed(order) ?? say("refused", "refused", "refused_more"),
};

function say(picture, headline, detail = `${headline}_more`, tone = "") {
  return { picture, headline, detail, tone };
}

/** An error says what happened to the money first. */
function moneyFirst(order, takes) {
  if (takes === "hold") return "hold_let_go";
  return order.money === "returned" ? "money_returned" : "money_returning";
}

function alsoHeld(order, takes) {
  return takes === "hold" && order.money === "returned" ? ["hold_more"] : [];
}

function attempt(order) {
  const last = order.attempt;
  if (!last?.state) return say("opening", order.scanned ? "scanned" : "scan");
  const headline = last.state === "declined" ? "declined" : "failed";
  const known = last.reason === "insufficient_funds" ? "insufficient_funds_more" : "declined_more";
  return say("opening", headline, known, "problem");
}

/** The customer's own code was read: the one on the screen is closed, so it is shown no more. */
function charged(order) {
  if (order.charge === "sending") return say("code", "charge_sending");
  if (order.charge === "asked") return say("confirm", "scanned", "charge_asked_more");
  const reason = order.attempt?.reason;
  const known = ["expired", "insufficient_funds"].includes(reason) ? `charge_${reason}_more` : "charge_failed_more";
  return say("refused", "failed", known, "problem");
}

/** Paid in the very moment the order ended: the money is on its way back. */
function crossed(order) {
  if (order.money === "none") return null;
  const back = order.money === "returned";
  return say("returned", back ? "late_returned" : "late_returning", "late_more", back ? "done" : "");
}

function unsure(order, takes) {
  const desk = order.desk ?? deskFrom(order);
  if (desk === "released") return say("thanks", "desk_released", "desk_released_more", "done");
  if (desk) {
    const more = [`desk_${desk}_more`, ...alsoHeld(order, takes)];
    return say("returned", moneyFirst(order, takes), more);
  }
  const more = order.unsure_until_ms ? "unsure_more" : "unsure_more_open";
  return say("unsure", `unsure_${takes}`, more, "");
}

function deskFrom(order) {
  if (order.done && order.money === "taken") return "released";
  return ["returning", "returned"].includes(order.money) ? "not_released" : null;
}
