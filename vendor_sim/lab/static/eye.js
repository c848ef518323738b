/**
 * The staged phone needs no camera: when its wallet asks to look, it is shown the machine's screen.
 *
 * The wallet's frame posts {type: "vendor-sim:look"}; the stage answers {type:
 * "vendor-sim:picture", blob} with a PNG of the code on the screen, or blob: null where there is
 * none. The picture is then really read by the wallet's server. Only this origin is listened to.
 */

export function lendEye(machine) {
  window.addEventListener("message", async (event) => {
    if (event.origin !== location.origin || event.data?.type !== "vendor-sim:look") return;
    const blob = await picture(machine);
    event.source.postMessage({ type: "vendor-sim:picture", blob }, event.origin);
  });
}

async function picture(machine) {
  try {
    const answer = await fetch(`/machine/${encodeURIComponent(machine)}/qr.png`, {
      cache: "no-store",
    });
    return answer.ok ? await answer.blob() : null;
  } catch {
    return null;
  }
}
