/**
 * The whole screen: taken for a presentation, given back with it. A browser gives and takes it
 * late, and takes it by itself where someone presses Escape.
 */

/** @param {{wanted: () => boolean, lost: () => void}} page `lost`: taken by the browser */
export function createScreen({ wanted, lost }) {
  // Who leaves and enters in one breath hears of the first once the second is asked for: what the
  // page itself has given back ends nothing. A reload gives it back too, and changes nothing.
  let [returned, leaving] = [false, false];
  addEventListener("beforeunload", () => {
    leaving = true;
  });
  document.addEventListener("fullscreenchange", () => {
    if (document.fullscreenElement) return;
    const own = returned;
    returned = false;
    if (!own && !leaving && wanted()) lost();
  });

  /** A browser that refuses leaves the page in its window. */
  function take() {
    const asked = document.documentElement.requestFullscreen?.();
    asked?.then(() => wanted() || give(), refused);
  }

  function give() {
    if (!document.fullscreenElement) return;
    returned = true;
    document.exitFullscreen().catch((reason) => {
      returned = false;
      refused(reason);
    });
  }
  return { take, give };
}

/** A browser that does not give its screen is noted, and nothing else: nobody is held up. */
export function refused(reason) {
  console.info("full screen:", reason.message);
}
