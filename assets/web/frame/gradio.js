/** What Gradio has put around the page, and what it has left running. */

/**
 * Name the boxes of Gradio around the page, for its styles: a rule that looks for them with
 * `:has()` is asked again of all of them whenever anything in the page changes.
 *
 * @param {HTMLElement} root
 */
export function surround(root) {
  for (let box = root.parentElement; box?.closest(".gradio-container"); box = box.parentElement)
    box.dataset.around = "";
}

/**
 * End the clock of Gradio's loading screen (6.31), which goes on for ever when the screen has
 * gone: sixty frames a second for nothing are a phone's battery and a class's cores.
 *
 * It kept the browser's function before this page came. Frames are numbered in the order in which
 * they are asked for, so one that was not asked for here, by the function as it is now, is its.
 */
export function quieten() {
  const own = window.requestAnimationFrame;
  const asked = new Set();
  /** @param {FrameRequestCallback} then */
  const noted = (then) => {
    const number = own.call(window, then);
    asked.add(number);
    return number;
  };
  window.requestAnimationFrame = noted;
  const first = noted(() => {
    noted(() => {
      const last = noted(() => {});
      for (let number = first; number < last; number += 1)
        if (!asked.has(number)) cancelAnimationFrame(number);
      if (window.requestAnimationFrame === noted) window.requestAnimationFrame = own;
    });
  });
}
