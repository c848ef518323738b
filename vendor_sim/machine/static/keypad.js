/**
 * The keypad: only keys that lead somewhere on this machine, in rows as its slots are named, and
 * the computer's own keyboard beside it.
 */

const DECIDE_MS = 1_200; // with both A1 and A10 on sale, "A1" waits this long for a "0"

export class Keypad {
  /**
   * @param {HTMLElement} root
   * @param {{press: (slot: string) => void, typed: (text: string) => void, t: Function}} doors
   */
  constructor(root, doors) {
    this.root = root;
    this.doors = doors;
    this.slots = [];
    this.text = "";
    this.timer = 0;
    root.addEventListener("click", (event) => {
      const key = event.target.closest("[data-key]");
      if (key) this.type(key.dataset.key);
    });
    document.addEventListener("keydown", (event) => this.hear(event));
  }

  /** @param {string[]} slots names of the slots there are */
  show(slots) {
    if (slots.join() === this.slots.join()) return;
    this.slots = slots;
    const { letters, digits } = keysOf(slots);
    const columns = Math.min(6, Math.max(letters.length + 1, digits.length, 3));
    const beside = letters.length ? letters : digits;
    const rest = (columns - ((beside.length + 1) % columns)) % columns;
    this.root.style.setProperty("--columns", columns);
    const keys = [...beside.map((key) => this.key(key)), this.key("clear", 1 + rest)];
    if (letters.length) keys.push(...digits.map((key) => this.key(key)));
    this.root.replaceChildren(...keys);
    this.root.classList.toggle("one-row", keys.length <= columns);
    this.root.classList.toggle("many", letters.length + digits.length > 12);
  }

  key(name, span = 1) {
    const key = document.createElement("button");
    key.type = "button";
    key.className = `key${name === "clear" ? " clear" : ""}`;
    key.dataset.key = name;
    key.textContent = name === "clear" ? this.doors.t("clear") : name;
    if (span > 1) key.style.setProperty("--span", span);
    return key;
  }

  hear(event) {
    if (this.root.hidden) return; // the scanner stands in its place
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "Escape" || event.key === "Backspace") this.type("clear");
    else if (/^[\p{L}\d_-]$/u.test(event.key)) this.type(event.key.toUpperCase());
  }

  type(key) {
    clearTimeout(this.timer);
    this.flash(key);
    if (key === "clear") return this.say("");
    const text = this.text + key;
    const fitting = this.slots.filter((slot) => slot.toUpperCase().startsWith(text));
    const exact = fitting.find((slot) => slot.toUpperCase() === text);
    if (exact && fitting.length === 1) return this.finish(exact);
    if (exact) this.timer = setTimeout(() => this.finish(exact), DECIDE_MS);
    if (fitting.length) return this.say(text);
    // nothing begins like that: a letter starts anew, a number is told to be unknown
    if (this.text) return this.finish(text);
    return this.say("");
  }

  finish(slot) {
    this.say("");
    this.doors.press(slot);
  }

  say(text) {
    this.text = text;
    this.doors.typed(text);
  }

  flash(name) {
    const key = [...this.root.children].find((one) => one.dataset.key === name);
    if (!key) return;
    key.classList.add("down");
    setTimeout(() => key.classList.remove("down"), 140);
  }
}

function keysOf(slots) {
  const characters = [...new Set(slots.join("").toUpperCase())].sort();
  return {
    letters: characters.filter((one) => !/\d/.test(one)),
    digits: characters.filter((one) => /\d/.test(one)),
  };
}
