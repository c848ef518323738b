/** Copies what stands in an element: `<button data-copy="ID" data-done="Copied" hidden>`. */

const SHOWN_MS = 1_600;

/** The clipboard where the page may use it; else the old way, by a selection. */
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
  } catch {
    const selection = getSelection();
    selection.selectAllChildren(element);
    const copied = document.execCommand("copy");
    if (copied) selection.removeAllRanges();
    return copied;
  }
  return true;
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const label = button.textContent;
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  button.after(said);
  button.hidden = false;
  let back = 0;
  button.addEventListener("click", async () => {
    if (!(await copy(document.getElementById(button.dataset.copy)))) return;
    button.textContent = button.dataset.done;
    said.textContent = button.dataset.done;
    clearTimeout(back);
    back = setTimeout(() => {
      button.textContent = label;
      said.textContent = "";
    }, SHOWN_MS);
  });
}
