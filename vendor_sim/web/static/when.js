/** Writes each <time datetime> in the reader's own zone and language. Loaded on every page. */

const OF_DAY = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
const OF_DATE = { day: "numeric", month: "short", ...OF_DAY };

/** @param {ParentNode} root where to look; call it again on parts that a script drew */
export function localise(root = document) {
  const language = document.documentElement.lang || undefined;
  const today = new Date().toDateString();
  for (const element of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const shape = at.toDateString() === today ? OF_DAY : OF_DATE;
    element.title = element.dateTime;
    element.textContent = at.toLocaleString(language, { ...shape, hour12: false });
    element.dataset.local = "";
  }
}

localise();
