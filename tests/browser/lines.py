"""The lines above the strip, read from the screen."""

from __future__ import annotations

# Each drawn line by the cards above which it begins and ends, as they lie on the screen.
LINES = """() => {
  const cards = [...document.querySelectorAll("#strip .card")].map((card) => {
    const { left, right, top } = card.getBoundingClientRect();
    return { name: card.dataset.box ?? card.dataset.step, left, right, top };
  });
  const at = (line, length) => {
    const { x, y } = line.getPointAtLength(length);
    const point = new DOMPoint(x, y).matrixTransform(line.getScreenCTM());
    const card = cards.find(({ left, right }) => left <= point.x && point.x <= right);
    return card && Math.abs(card.top - point.y) < 8 ? card.name : "nothing";
  };
  return [...document.querySelectorAll("#strip .edges path")].map((line) => {
    const way = line.cloneNode();
    way.setAttribute("d", line.getAttribute("d").replace(/M[^M]*$/, ""));
    line.parentElement.append(way);
    const ends = `${at(way, 0)} > ${at(way, way.getTotalLength())}`;
    way.remove();
    return ends;
  });
}"""
