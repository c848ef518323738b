/**
 * A live camera as a stream of small grey pictures.
 *
 *   const camera = new Camera(video, { onFrame, onState });
 *   await camera.start();
 *
 * onFrame gets {bytes, width, height} a few times a second, and the next one only after the promise
 * it returned is done: never two under way. onState gets "starting" | "on" | "off", or why there is
 * no picture: "insecure" (neither https nor localhost) | "denied" | "missing" | "busy".
 */

const SIDE_MAX = 640; // a code that fills a third of this is read easily, and a frame is 300 KB
const PAUSE_MS = 180;
const WHY = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};
const WANTED = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
};

export class Camera {
  #video;
  #onFrame;
  #onState;
  #stream = null;
  #wanted = false;
  #canvas = document.createElement("canvas");

  constructor(video, { onFrame, onState }) {
    this.#video = video;
    this.#onFrame = onFrame;
    this.#onState = onState;
    document.addEventListener("visibilitychange", () => this.#seen());
  }

  /** Ask for the camera and start to give frames. Never throws: what went wrong is a state. */
  async start() {
    this.#wanted = true;
    if (this.#stream) return;
    if (!window.isSecureContext) return this.#onState("insecure");
    if (!navigator.mediaDevices?.getUserMedia) return this.#onState("missing");
    this.#onState("starting");
    try {
      const stream = await navigator.mediaDevices.getUserMedia(WANTED);
      if (!this.#wanted) return release(stream);
      await this.#show(stream);
    } catch (problem) {
      this.#onState(WHY[problem.name] ?? "missing");
    }
  }

  /** Let the camera go; its light goes out. */
  stop() {
    this.#wanted = false;
    this.#pause();
    this.#onState("off");
  }

  async #show(stream) {
    this.#stream = stream;
    this.#video.srcObject = stream;
    await this.#video.play();
    if (this.#stream !== stream) return;
    this.#onState("on");
    this.#watch(stream);
  }

  async #watch(stream) {
    while (this.#stream === stream) {
      const frame = this.#grab();
      if (frame) await this.#onFrame(frame);
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }

  #grab() {
    const { videoWidth, videoHeight } = this.#video;
    return videoWidth ? grey(this.#video, videoWidth, videoHeight, this.#canvas) : null;
  }

  #pause() {
    if (this.#stream) release(this.#stream);
    this.#stream = null;
    this.#video.srcObject = null;
  }

  #seen() {
    if (!this.#wanted) return;
    if (document.hidden) this.#pause();
    else this.start();
  }
}

function release(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/**
 * A picture as raw grey bytes, one a pixel, at most SIDE_MAX a side.
 *
 * @returns {{bytes: Uint8Array, width: number, height: number}}
 */
export function grey(source, fullWidth, fullHeight, canvas = document.createElement("canvas")) {
  const scale = Math.min(1, SIDE_MAX / Math.max(fullWidth, fullHeight));
  const width = Math.max(1, Math.round(fullWidth * scale));
  const height = Math.max(1, Math.round(fullHeight * scale));
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const bytes = new Uint8Array(width * height);
  for (let to = 0, from = 0; to < bytes.length; to += 1, from += 4) {
    bytes[to] = (data[from] * 77 + data[from + 1] * 150 + data[from + 2] * 29) >> 8;
  }
  return { bytes, width, height };
}
