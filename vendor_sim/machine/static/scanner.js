/**
 * The scanner's window: a person types or pastes the digits of a payment code, or a real scanner,
 * which is a keyboard to the computer, types them wherever the cursor is and presses Enter.
 */

const DIGITS = 18;
/** Blanks and dashes of any kind: people copy such codes in groups. */
const BETWEEN_DIGITS = /[\s\u200b\u2060\-\u2010-\u2015\u2212]/g;

export class Scanner {
  /** @param {{present: (code: string) => Promise<void>}} doors */
  constructor(doors) {
    this.doors = doors;
    this.root = document.getElementById("scanner");
    this.code = document.getElementById("auth-code");
    this.button = document.getElementById("scan");
    this.reading = false;
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.read();
    });
    this.code.addEventListener("input", () => this.digits().length === DIGITS && this.read());
    document.addEventListener("keydown", (event) => this.hear(event));
  }

  get open() {
    return !this.root.hidden;
  }

  /**
   * @param {boolean} open whether a code may be held before it at all
   * @param {string|null} charge "sending" | "asked" | "failed" | null, as in state.json
   */
  show(open, charge) {
    if (this.root.hidden === open) this.code.value = "";
    this.root.hidden = !open;
    this.busy = ["sending", "asked"].includes(charge);
    this.root.classList.toggle("busy", this.busy);
    this.code.disabled = this.busy;
    this.button.disabled = this.busy;
  }

  hear(event) {
    if (!this.open || this.busy || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (/^\d$/.test(event.key)) this.code.focus(); // and the digit lands in it
  }

  digits() {
    return this.code.value.replace(BETWEEN_DIGITS, "");
  }

  async read() {
    const code = this.digits();
    if (!code || this.reading || this.busy) return;
    this.reading = true;
    try {
      await this.doors.present(code);
    } finally {
      this.reading = false;
      this.code.value = "";
    }
  }
}
