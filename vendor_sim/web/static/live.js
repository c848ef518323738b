/**
 * Live pages: the server says "something changed", the page fetches what holds now and draws it.
 *
 *   import { live, post } from "../look/live.js";
 *   live(eventsUrl, stateUrl, render);
 *
 * Server-sent events where they come, polling where they do not, and both come back by themselves
 * after a restart. The body says which: data-link="live" | "lost".
 */

const POLL_MS = 2_000; // without a stream
const RESYNC_MS = 15_000; // beside a stream: a silent proxy cannot keep the page stale for longer
const FETCH_MS = 8_000;
const REOPEN_MAX_MS = 10_000;

/**
 * @param {string} eventsUrl where the server-sent events come from; their content is not read
 * @param {string} stateUrl JSON of what holds now
 * @param {(state: object) => void} render draws it; called again with each newer state
 * @param {{lost?: () => void, found?: () => void, refused?: (status: number) => void}} [options]
 *   lost: the server no longer answers; found: it does again; refused: it says 4xx (signed out…)
 * @returns {{refresh: () => Promise<void>, overtake: () => void, stop: () => void}}
 *   overtake: for a page that just drew something newer itself, such as the answer of a post
 */
export function live(eventsUrl, stateUrl, render, options = {}) {
  let source = null;
  let timer = 0;
  let dueMs = 0;
  let reopenTimer = 0;
  let reopenMs = 500;
  let fetching = null;
  let again = false;
  let overtaken = false;
  let stopped = false;
  let failures = 0;

  const streaming = () => source !== null && source.readyState === EventSource.OPEN;

  function say(link) {
    if (document.body.dataset.link === link) return;
    const before = document.body.dataset.link;
    document.body.dataset.link = link;
    if (link === "lost") options.lost?.();
    else if (before === "lost") options.found?.();
  }

  /** What holds now; null where the server refused or did not answer. */
  async function ask() {
    try {
      const answer = await fetch(stateUrl, {
        headers: { Accept: "application/json" },
        cache: "no-store",
        signal: AbortSignal.timeout(FETCH_MS),
      });
      if (answer.status >= 400 && answer.status < 500) {
        options.refused?.(answer.status);
        return null;
      }
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const state = await answer.json();
      failures = 0;
      return state;
    } catch {
      failures += 1;
      // one lost answer is weather; two in a row is a server that is away
      if (failures > 1 || !streaming()) say("lost");
      return null;
    }
  }

  async function once() {
    const state = await ask();
    if (state === null || stopped || overtaken) return;
    render(state);
    say("live");
  }

  async function refresh() {
    if (fetching) {
      again = true; // what is on its way may be older than what we were just told of
      return fetching;
    }
    fetching = (async () => {
      do {
        again = overtaken = false;
        await once();
      } while (again && !stopped);
    })();
    try {
      await fetching;
    } finally {
      fetching = null;
      rest();
      schedule();
    }
  }

  /** What is on its way was asked for before: it is not drawn, but asked for anew. */
  function overtake() {
    if (fetching) again = overtaken = true;
  }

  /** Look again in a while; what is due sooner stays so, however often the stream stumbles. */
  function schedule() {
    if (stopped || document.hidden) return;
    const ms = streaming() ? RESYNC_MS : POLL_MS;
    const atMs = performance.now() + ms;
    if (timer && dueMs <= atMs) return;
    clearTimeout(timer);
    dueMs = atMs;
    timer = setTimeout(() => {
      timer = 0;
      refresh();
    }, ms);
  }

  function rest() {
    clearTimeout(timer);
    timer = 0;
  }

  function open() {
    clearTimeout(reopenTimer);
    if (stopped || source || document.hidden || !("EventSource" in window)) return;
    source = new EventSource(eventsUrl);
    source.onopen = () => {
      reopenMs = 500;
      refresh();
    };
    source.onmessage = refresh;
    source.onerror = () => {
      schedule();
      if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again itself
      close();
      reopenTimer = setTimeout(open, reopenMs);
      reopenMs = Math.min(reopenMs * 2, REOPEN_MAX_MS);
    };
  }

  function close() {
    source?.close();
    source = null;
  }

  // A browser has six connections to one server: a page nobody looks at gives its own back.
  function seen() {
    if (document.hidden) {
      close();
      rest();
      return;
    }
    open();
    refresh();
  }

  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", seen);
  window.addEventListener("pageshow", (event) => event.persisted && seen());
  window.addEventListener("pagehide", close);
  open();
  refresh();

  return {
    refresh,
    overtake,
    stop() {
      stopped = true;
      rest();
      clearTimeout(reopenTimer);
      close();
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("online", seen);
    },
  };
}

/**
 * Post JSON the way our pages do. Never throws: a server that is away answers as status 0.
 *
 * @param {string} url
 * @param {object} body
 * @param {string} csrf the page's token
 * @returns {Promise<{ok: boolean, status: number, body: any, code: string|null}>}
 *   code is the problem's code of the one error shape, "unreachable" where nothing answered
 */
export async function post(url, body, csrf) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRF-Token": csrf,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(FETCH_MS),
    });
    const text = await answer.text();
    const data = text && answer.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : null;
    const code = answer.ok ? null : (data?.error?.code ?? data?.code ?? `http_${answer.status}`);
    return { ok: answer.ok, status: answer.status, body: data, code };
  } catch {
    return { ok: false, status: 0, body: null, code: "unreachable" };
  }
}

/**
 * The world's clock, as far as a page can know it: set it from each state's now_ms and rate, read it
 * between. It goes on as the world's does: not at all while that is frozen, faster where that runs
 * fast. It never trusts the visitor's own wall clock.
 */
export function serverClock() {
  let atMs = 0;
  let sinceMs = 0;
  let pace = 1;
  return {
    set(nowMs, rate = 1) {
      [atMs, sinceMs, pace] = [nowMs, performance.now(), rate];
    },
    now() {
      return atMs + (performance.now() - sinceMs) * pace;
    },
  };
}

/** 86 000 ms is "1:26"; never below "0:00". */
export function clockText(leftMs) {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Texts that came with the page: the JSON block `<script type="application/json" id="texts">`. */
export function textsOf(id = "texts") {
  const texts = JSON.parse(document.getElementById(id)?.textContent || "{}");
  return (key, values = {}) =>
    (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
