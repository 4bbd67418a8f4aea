/**
 * Pressing a unit of a figure. Plotly tells of it, unless it draws anew between press and release,
 * as when a reply comes: then it has forgotten what the pointer stands on.
 */

/** @param {any} element Plotly's @param {(unit: number, since: number) => void} choose */
export function listenForPresses(element, choose) {
  let [pointed, pressed] = [-1, -1];
  const unitOf = ({ points }) => points[0]?.customdata ?? -1;

  element.on("plotly_hover", (event) => {
    pointed = unitOf(event);
  });
  element.on("plotly_unhover", () => {
    pointed = -1;
  });
  element.addEventListener(
    "pointerdown",
    () => {
      pressed = pointed;
    },
    true,
  );
  element.on("plotly_click", (given) => {
    pressed = -1;
    const unit = unitOf(given);
    if (unit >= 0) choose(unit, given.event?.timeStamp ?? performance.now());
  });
  // Plotly's own event comes before this one, where it comes at all.
  element.addEventListener("click", (event) => {
    if (pressed >= 0 && event.target.closest(".draglayer")) choose(pressed, event.timeStamp);
    pressed = -1;
  });
}
