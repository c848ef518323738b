/** One arrow, opened: what was sent, what came back, whether the signature held, what was written. */

const dialog = document.getElementById("opened");
document.getElementById("close-opened").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

export async function openArrow(n, text) {
  const message = (await told(n)) ?? { title: text("gone"), parts: [] };
  document.getElementById("opened-title").textContent = message.title;
  const body = document.getElementById("opened-body");
  body.replaceChildren(...message.parts.flatMap(part));
  if (!dialog.open) dialog.showModal();
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

function part({ title, content }) {
  const heading = document.createElement("h3");
  heading.textContent = title;
  const block = document.createElement("pre");
  block.tabIndex = 0;
  block.textContent = content;
  return [heading, block];
}
