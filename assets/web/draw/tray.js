/**
 * The batch: the pictures that go through the network in one forward pass; one of them is on the
 * pad.
 */

import { icon, make } from "../base/elements.js";
import { glossed } from "../base/gloss.js";
import { bytes } from "../base/numbers.js";
import { paintPicture } from "../canvas/cells.js";

const COURSE = 3; // images in the course's batch

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createTray(page) {
  const { say } = page;
  const batch = createBatch(page);
  const title = make("h2");
  const list = make("ol", { class: "tray" });
  const add = make(
    "button",
    {
      type: "button",
      class: "tool",
      "data-action": "add-image",
      onclick: (event) => batch.insert(event.timeStamp),
    },
    icon("add"),
  );
  const course = make("button", {
    type: "button",
    "data-action": "three",
    onclick: (event) => batch.fill(page.samples(), event.timeStamp),
  });
  const items = createItems(page, batch, list);
  const head = make("div", { class: "head" }, title, add, course);

  return {
    element: make("section", { id: "tray" }, head, list),
    chosen({ images, focus, language }) {
      add.disabled = images.length >= page.most();
      items.show(images, focus, language);
      list.setAttribute("aria-label", say("tray.count", { count: images.length }));
    },
    name() {
      title.replaceChildren(...glossed(say, say("tray.title")));
      add.title = say("tray.add");
      add.setAttribute("aria-label", say("tray.add"));
      course.textContent = say("tray.three");
      course.title = say("tray.three.title");
    },
  };
}

/** What can be done with the batch; all but looking at another image can be undone. */
function createBatch({ store, actions, most, fit }) {
  function set(images, focus, since) {
    store.remember();
    actions.change({ images, focus }, since);
  }

  return {
    set,
    /** As many images as in the course: those that are there stay, samples come beside them. */
    fill(samples, since) {
      const { images, focus } = store.get();
      const others = samples
        .map(({ pixels }) => fit(pixels))
        .filter((each) => !images.includes(each));
      const count = Math.max(2, COURSE - images.length);
      set([...images, ...others.slice(0, count)].slice(0, most()), focus, since);
    },
    insert(since) {
      const { images, focus } = store.get();
      if (images.length < most()) set([...images, images[focus]], images.length, since);
    },
    remove(index, since) {
      const { images, focus } = store.get();
      if (images.length === 1) return;
      const rest = images.filter((_, each) => each !== index);
      set(rest, Math.min(rest.length - 1, focus > index ? focus - 1 : focus), since);
    },
    move(from, to, since) {
      const { images, focus } = store.get();
      if (to < 0 || to >= images.length || from === to) return;
      const order = images.map((_, index) => index);
      order.splice(to, 0, ...order.splice(from, 1));
      const moved = order.map((index) => images[index]);
      set(moved, order.indexOf(focus), since);
    },
    choose: (focus, since) => actions.change({ focus }, since),
  };
}

/**
 * The images as a list that follows the batch; under a moving pen only the one that changes is
 * painted.
 */
function createItems(page, batch, list) {
  let built = "";
  /** @type {string[]} */ let painted = [];
  let dragged = -1;

  /** Which image has the focus, or its button to take it out; -1 for none. */
  const held = () => [...list.children].findIndex((each) => each.contains(document.activeElement));

  /** Focus an image, the last one where there are fewer: keys go on where they were. */
  function hold(place) {
    list.children[Math.min(place, list.children.length - 1)]?.querySelector(".sample").focus();
  }

  /** Move an image; the focus goes with it. */
  function move(from, to, since) {
    const inside = held() >= 0;
    batch.move(from, to, since);
    if (inside) hold(to);
  }

  function dragging(entry, index) {
    entry.addEventListener("dragstart", () => {
      dragged = index;
    });
    entry.addEventListener("dragover", (event) => event.preventDefault());
    entry.addEventListener("drop", (event) => {
      event.preventDefault();
      if (dragged >= 0) move(dragged, index, event.timeStamp);
      dragged = -1;
    });
    return entry;
  }

  return {
    show(images, focus, language) {
      const key = `${images.length} ${focus} ${language}`;
      if (key !== built) {
        const entries = images.map((_, index) =>
          dragging(createItem(page, { ...batch, move }, index, focus, images.length > 1), index),
        );
        const place = held();
        list.replaceChildren(...entries);
        if (place >= 0) hold(place);
        painted = [];
      }
      built = key;
      images.forEach((pixels, index) => {
        if (pixels !== painted[index])
          paintPicture(list.children[index].querySelector("canvas"), bytes(pixels), page.size());
      });
      painted = images;
    },
  };
}

/** One image of the batch, with its keys: Delete, and Alt with the arrows. */
function createItem({ say }, batch, index, focus, removable) {
  function keys(event) {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Delete") batch.remove(index, event.timeStamp);
    else if (event.altKey && move) batch.move(index, index + move, event.timeStamp);
    else return;
    event.preventDefault();
  }

  const button = make(
    "button",
    {
      type: "button",
      class: "sample",
      draggable: "true",
      "aria-pressed": String(index === focus),
      "aria-label": say("tray.image", { index }),
      title: say("tray.hint"),
      onclick: (event) => batch.choose(index, event.timeStamp),
      onkeydown: keys,
    },
    make("canvas", { "aria-hidden": "true" }),
  );
  const close = make(
    "button",
    {
      type: "button",
      class: "remove",
      "aria-label": say("tray.remove", { index }),
      onclick: (event) => batch.remove(index, event.timeStamp),
    },
    icon("close"),
  );
  return make("li", { "data-image": index }, button, removable ? close : null);
}
