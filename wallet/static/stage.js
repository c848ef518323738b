/**
 * The phone on the stage has no camera: it looks at the machine beside it.
 *
 * Messages between this page (in a frame) and the page around it, both of the same origin; a message
 * of any other origin, or from any window but the parent, is not read:
 *
 *   frame  → parent   { type: "vendor-sim:look", ask: 7 }
 *   parent → frame    { type: "vendor-sim:picture", ask: 7, blob: Blob | null }
 *
 * blob is a picture (PNG, JPEG or WebP) of the machine's screen as it is at that moment, null where
 * it shows no code. ask is given back as it came, so that a late answer is told from a fresh one; an
 * answer without it counts for the latest question.
 */

const ANSWER_MS = 4_000;
let asked = 0;

/** Whether there is a page around this one. */
export const staged = () => window.parent !== window;

/**
 * Ask the page around for a picture of the machine's screen.
 *
 * @returns {Promise<Blob|null>} null where it shows none, or nobody answers in time
 */
export function look() {
  const ask = (asked += 1);
  return new Promise((resolve) => {
    const done = (blob) => {
      clearTimeout(timer);
      window.removeEventListener("message", hear);
      resolve(blob);
    };
    const hear = (event) => {
      if (event.origin !== location.origin || event.source !== window.parent) return;
      if (event.data?.type !== "vendor-sim:picture") return;
      if ((event.data.ask ?? ask) !== ask) return;
      done(event.data.blob instanceof Blob ? event.data.blob : null);
    };
    const timer = setTimeout(done, ANSWER_MS, null);
    window.addEventListener("message", hear);
    window.parent.postMessage({ type: "vendor-sim:look", ask }, location.origin);
  });
}
