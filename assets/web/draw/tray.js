/** The batch: up to eight pictures that go through the network in one forward pass; one of them is on the pad. */

import { icon, make } from "../base/elements.js";
import { bytes } from "../base/numbers.js";
import { SIDE } from "../base/size.js";
import { paintGreys } from "../canvas/cells.js";

const MOST = 8;

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createTray({ say, store, start, actions }) {
  const changed = actions.ask;
  const three = () => start.samples.slice(0, 3).map(({ pixels }) => pixels);
  const title = make("h2");
  const list = make("ol", { class: "tray", role: "listbox", "aria-orientation": "horizontal" });
  const add = make(
    "button",
    {
      type: "button",
      class: "tool",
      "data-action": "add-image",
      onclick: (event) => insert(event.timeStamp),
    },
    icon("add"),
  );
  const course = make("button", {
    type: "button",
    "data-action": "three",
    onclick: (event) => set(three(), 0, event.timeStamp),
  });
  const section = make(
    "section",
    { id: "tray" },
    make("div", { class: "head" }, title, add, course),
    list,
  );
  let shown = "";
  let dragged = -1;

  function set(images, focus, since) {
    store.remember();
    store.set({ images, focus });
    changed(since);
  }

  function insert(since) {
    const { images, focus } = store.get();
    if (images.length < MOST) set([...images, images[focus]], images.length, since);
  }

  function remove(index, since) {
    const { images, focus } = store.get();
    if (images.length === 1) return;
    const rest = images.filter((_, each) => each !== index);
    set(rest, Math.min(rest.length - 1, focus > index ? focus - 1 : focus), since);
  }

  function move(from, to, since) {
    const { images, focus } = store.get();
    if (to < 0 || to >= images.length || from === to) return;
    const order = images.map((_, index) => index);
    order.splice(to, 0, ...order.splice(from, 1));
    set(
      order.map((index) => images[index]),
      order.indexOf(focus),
      since,
    );
  }

  function choose(index, since) {
    store.set({ focus: index });
    changed(since);
  }

  function picture(pixels) {
    const canvas = make("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
    paintGreys(canvas, bytes(pixels));
    return canvas;
  }

  function keys(event, index) {
    if (event.key === "Delete") remove(index, event.timeStamp);
    else if (event.altKey && event.key === "ArrowLeft") move(index, index - 1, event.timeStamp);
    else if (event.altKey && event.key === "ArrowRight") move(index, index + 1, event.timeStamp);
    else return;
    event.preventDefault();
  }

  function item(pixels, index, focus, many) {
    const name = say("tray.image", { index });
    const button = make(
      "button",
      {
        type: "button",
        class: "sample",
        draggable: "true",
        "aria-label": name,
        title: say("tray.hint"),
        onclick: (event) => choose(index, event.timeStamp),
        onkeydown: (event) => keys(event, index),
      },
      picture(pixels),
    );
    const close = make(
      "button",
      {
        type: "button",
        class: "remove",
        "aria-label": say("tray.remove", { index }),
        onclick: (event) => remove(index, event.timeStamp),
      },
      icon("close"),
    );
    const entry = make(
      "li",
      { role: "option", "aria-selected": String(index === focus), "data-image": index },
      button,
      many ? close : null,
    );
    entry.addEventListener("dragstart", () => (dragged = index));
    entry.addEventListener("dragover", (event) => event.preventDefault());
    entry.addEventListener("drop", (event) => {
      event.preventDefault();
      if (dragged >= 0) move(dragged, index, event.timeStamp);
      dragged = -1;
    });
    return entry;
  }

  return {
    element: section,
    chosen() {
      const { images, focus } = store.get();
      const key = `${focus} ${say("tray.title")} ${images.join()}`;
      if (key === shown) return;
      shown = key;
      add.disabled = images.length >= MOST;
      const old = [...list.children];
      if (
        old.length === images.length &&
        old.every(
          (entry, index) => (entry.getAttribute("aria-selected") === "true") === (index === focus),
        ) &&
        old[focus].dataset.language === say("tray.title")
      ) {
        old[focus].querySelector("canvas").replaceWith(picture(images[focus])); // the pen moves: only this one changes
        return;
      }
      list.replaceChildren(
        ...images.map((pixels, index) => item(pixels, index, focus, images.length > 1)),
      );
      for (const entry of list.children) entry.dataset.language = say("tray.title");
    },
    name() {
      title.textContent = say("tray.title");
      list.setAttribute("aria-label", say("tray.title"));
      add.title = say("tray.add");
      add.setAttribute("aria-label", say("tray.add"));
      course.textContent = say("tray.three");
      course.title = say("tray.three.title");
      shown = "";
    },
  };
}
