/**
 * The scan page: a code comes in by camera, by a picture (chosen, dropped, pasted), as text, or, on
 * the stage, by a look at the machine. The wallet's server reads all of them.
 */

import { Camera, grey } from "./camera.js";
import { look, staged } from "./stage.js";

const SEND_MS = 8_000;
const FOUND_MS = 350; // long enough to see that it was found
const PLAIN = ["image/png", "image/jpeg", "image/webp"];

const finder = document.getElementById("finder");
const { frames, csrf } = document.body.dataset;
let found = false;

/** Show one of several children that carry this data attribute. */
function show(attribute, word) {
  for (const one of document.querySelectorAll(`[data-${attribute}]`)) {
    one.hidden = one.dataset[attribute] !== word;
  }
}

const hint = (word) => show("hint", word);

async function post(body, headers) {
  const answer = await fetch(frames, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRF-Token": csrf, ...headers },
    body,
    signal: AbortSignal.timeout(SEND_MS),
  });
  if (answer.status === 401 || answer.status === 403) location.reload(); // signed out meanwhile
  return { ok: answer.ok, status: answer.status, ...(await answer.json().catch(() => ({}))) };
}

function go(url) {
  found = true;
  finder.dataset.found = "yes";
  hint("found");
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(60);
  setTimeout(() => location.assign(url), FOUND_MS);
}

// -- the camera -------------------------------------------------------------------------------
async function onFrame({ bytes, width, height }) {
  if (found) return;
  try {
    const answer = await post(bytes, {
      "Content-Type": "application/octet-stream",
      "X-Width": String(width),
      "X-Height": String(height),
    });
    if (found) return;
    if (answer.found) go(answer.url);
    else if (isHinting("away")) hint("aim");
  } catch {
    hint("away");
    await new Promise((done) => setTimeout(done, 1_000));
  }
}

const isHinting = (word) => document.querySelector(`[data-hint="${word}"]`)?.hidden === false;

function onState(state) {
  const on = state === "on";
  finder.dataset.camera = on ? "on" : "off";
  document.getElementById("camera").hidden = !on;
  show("says", on ? "" : state);
  if (!isHinting("problem")) hint(on ? "aim" : "");
}

// -- pictures ---------------------------------------------------------------------------------
async function readPicture(blob) {
  if (found) return;
  hint("reading");
  showPicture(blob);
  try {
    const answer = await sendPicture(blob);
    if (answer.found) go(answer.url);
    else hint(answer.ok ? "none" : "unreadable");
  } catch (problem) {
    hint(problem.name === "InvalidStateError" ? "unreadable" : "away");
  }
}

// Formats the server does not know (HEIC, SVG…) are drawn by the browser, if it knows them.
async function sendPicture(blob) {
  if (PLAIN.includes(blob.type)) return post(blob, { "Content-Type": blob.type });
  const picture = await createImageBitmap(blob);
  const { bytes, width, height } = grey(picture, picture.width, picture.height);
  return post(bytes, {
    "Content-Type": "application/octet-stream",
    "X-Width": String(width),
    "X-Height": String(height),
  });
}

function showPicture(blob) {
  const seen = document.getElementById("seen");
  URL.revokeObjectURL(seen.src);
  seen.src = URL.createObjectURL(blob);
  seen.hidden = false;
  show("says", "");
}

function readText(text) {
  const code = text.trim();
  if (!code || found) return;
  document.getElementById("code").value = code.slice(0, 1024);
  document.getElementById("code-form").requestSubmit();
}

document.getElementById("picture").addEventListener("change", (event) => {
  if (event.target.files[0]) readPicture(event.target.files[0]);
  event.target.value = "";
});

document.addEventListener("paste", (event) => {
  if (event.target.closest?.("input[type=text], input:not([type])")) return;
  const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
  if (file) readPicture(file);
  else readText(event.clipboardData.getData("text"));
});

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  finder.dataset.over = "yes";
});
document.addEventListener("dragleave", () => delete finder.dataset.over);
document.addEventListener("drop", (event) => {
  event.preventDefault();
  delete finder.dataset.over;
  const [file] = event.dataTransfer.files;
  if (file) readPicture(file);
  else readText(event.dataTransfer.getData("text"));
});

document.querySelector(".typed").addEventListener("toggle", (event) => {
  if (event.target.open) document.getElementById("code").focus();
});

// -- the stage --------------------------------------------------------------------------------
async function lookAtMachine() {
  const blob = await look();
  if (blob) await readPicture(blob);
  else hint("nothing-shown");
}

if (staged()) {
  const button = document.getElementById("look");
  button.hidden = false;
  button.addEventListener("click", lookAtMachine);
  button.focus({ preventScroll: true });
  show("says", "stage");
  hint("stage");
} else {
  new Camera(document.getElementById("camera"), { onFrame, onState }).start();
}
