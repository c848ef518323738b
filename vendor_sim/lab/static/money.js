/** T-accounts, redrawn in place so that a hold turns from amber to ink before one's eyes. */

/**
 * @param {HTMLElement} place
 * @param {{title: string, balance: string|null, lines: object[]}[]} accounts
 * @param {(key: string) => string} text
 */
export function drawMoney(place, accounts, text) {
  while (place.children.length > accounts.length) place.lastElementChild.remove();
  accounts.forEach((account, index) => {
    const table = place.children[index] ?? place.appendChild(emptyTable(text));
    table.caption.textContent = account.title;
    drawLines(table.tBodies[0], account, text);
    drawBalance(table.tFoot.rows[0], account, text);
  });
}

function emptyTable(text) {
  const table = document.createElement("table");
  table.className = "t";
  table.createCaption();
  const head = table.createTHead().insertRow();
  for (const key of ["debit", "credit"]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = text(key);
    head.append(cell);
  }
  table.createTBody();
  twoCells(table.createTFoot().insertRow());
  return table;
}

/** Ruled off below the lines: what they have come to, not one more of them. */
function drawBalance(row, account, text) {
  row.hidden = account.balance === null;
  const line = { label: text("balance"), amount: account.balance, tone: "posted" };
  drawLine(row.cells[1], account.balance === null ? null : line, text);
}

function drawLines(body, account, text) {
  const left = account.lines.filter((line) => line.side === "left");
  const right = account.lines.filter((line) => line.side === "right");
  const rows = Math.max(left.length, right.length, 1);
  while (body.rows.length > rows) body.deleteRow(-1);
  for (let index = 0; index < rows; index += 1) {
    const row = body.rows[index] ?? twoCells(body.insertRow());
    drawLine(row.cells[0], left[index], text);
    drawLine(row.cells[1], right[index], text);
  }
}

function twoCells(row) {
  row.insertCell();
  row.insertCell();
  return row;
}

function drawLine(cell, line, text) {
  if (!line) {
    cell.replaceChildren();
    return;
  }
  const element = cell.firstElementChild ?? cell.appendChild(document.createElement("span"));
  element.className = "line";
  element.dataset.tone = line.tone;
  const amount = document.createElement("b");
  amount.textContent = line.amount;
  const label = document.createElement("span");
  label.textContent = line.label;
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.textContent = line.tone === "void" ? ` (${text("void")})` : "";
  label.append(said);
  element.replaceChildren(label, amount);
}
