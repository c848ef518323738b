/** One arrow, opened: what was sent, what came back, whether the signature held, what was written. */

const dialog = document.getElementById("opened");
document.getElementById("close-opened").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

export async function openArrow(n, text) {
  const message = (await told(n)) ?? { title: text("gone"), parts: [] };
  document.getElementById("opened-title").textContent = message.title;
  const body = document.getElementById("opened-body");
  body.replaceChildren(...message.parts.map(part));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  for (const mark of body.querySelectorAll("mark")) bringInto(mark);
}

async function told(n) {
  try {
    const answer = await fetch(`/stage/messages/${encodeURIComponent(n)}.json`, {
      cache: "no-store",
    });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function part(given) {
  const section = document.createElement("section");
  section.className = "part";
  if (given.tone) section.dataset.tone = given.tone;
  section.append(element("h3", given.title), shown(given));
  if (given.note) section.append(element("p", given.note, "quiet small"));
  if (given.link) {
    const link = element("a", given.link.text, "button small");
    link.href = given.link.href;
    section.append(link);
  }
  return section;
}

function shown({ content, rows, marked, tone }) {
  if (rows) return table(rows);
  if (tone) return prose(content);
  const block = document.createElement("pre");
  block.tabIndex = 0;
  if (!marked) block.textContent = content;
  else block.append(marked[0], element("mark", marked[1] || "∎"), marked[2]);
  return block;
}

function table(rows) {
  const list = document.createElement("dl");
  list.className = "rows";
  for (const [name, value] of rows) list.append(element("dt", name), element("dd", value));
  return list;
}

function prose(content) {
  const words = document.createElement("div");
  words.className = "prose";
  words.append(...content.split("\n\n").map((paragraph) => element("p", paragraph)));
  return words;
}

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** A difference that lies far down a long string is scrolled to, inside its own frame. */
function bringInto(mark) {
  const frame = mark.closest("pre");
  frame.scrollTop = mark.offsetTop - frame.offsetTop - frame.clientHeight / 2;
}
