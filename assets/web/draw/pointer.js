/**
 * Who draws: one pointer from its press to its release. Whatever else touches the pad meanwhile
 * draws nothing.
 */

const PEN = 1 + 32; // the buttons that draw: left (or contact), and a pen's eraser

/**
 * @param {HTMLElement} element
 * @param {{begin: (event: PointerEvent) => void, move: (event: PointerEvent) => void,
 *   takeBack: (since: number) => void}} act `takeBack` undoes a stroke that turns out to be none
 */
export function followPointer(element, { begin, move, takeBack }) {
  /** @type {{id: number, type: string} | null} */ let owner = null;

  const owned = (event) => owner !== null && owner.id === event.pointerId;

  function stop() {
    owner = null;
  }

  function capture(event) {
    try {
      element.setPointerCapture(event.pointerId);
    } catch {
      // it is gone already; what it drew until here stays
    }
  }

  function down(event) {
    if (event.button !== 0 && event.button !== 5) return;
    event.preventDefault();
    if (owner && event.pointerType === "pen" && owner.type === "touch") {
      stop(); // the hand came down before the pen
      takeBack(event.timeStamp);
    }
    if (owner && !owned(event)) return;
    element.focus({ preventScroll: true });
    capture(event);
    owner = { id: event.pointerId, type: event.pointerType };
    begin(event);
  }

  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", (event) => {
    if (!owned(event)) return;
    if (event.pointerType === "mouse" && !(event.buttons & PEN)) stop();
    else move(event);
  });
  addEventListener("pointerup", (event) => owned(event) && stop());
  element.addEventListener("lostpointercapture", (event) => {
    if (!owned(event)) return;
    if (event.buttons & PEN)
      capture(event); // a click of another button took it
    else stop();
  });
  element.addEventListener("pointercancel", (event) => {
    if (!owned(event)) return;
    // the browser takes a finger away when it zooms, or sees a palm
    const pinch = owner?.type === "touch";
    stop();
    if (pinch) takeBack(event.timeStamp);
  });
  element.addEventListener("contextmenu", (event) => owner && event.preventDefault());
  addEventListener("blur", stop);

  return { stop };
}
