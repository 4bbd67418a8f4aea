/** Where the pinned unit's value comes from: in symbols, in numbers, in pictures. */

import { copy as copyText } from "../base/copying.js";
import { icon, make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";
import { createSum } from "./unitsum.js";
import { copyExactly, number, renew } from "../base/value.js";

/**
 * @param {{say: any, colours: any, labels: () => string[], goTo: (step: string, unit: number | null, since: number) => void,
 *   release: (since: number) => void}} page
 */
export function createInspector({ say, colours, labels, goTo, release }) {
  const hint = make("p", { class: "muted" });
  const body = make("div", { class: "body" });
  const section = make("section", { id: "inspector" }, hint, body);
  let shown = "";
  /** @type {any} */ let sum = null;
  let value = make("span");
  copyExactly(section);

  /** The way back to the unit a term comes from. */
  function link(step, unit, text = `${unit}`) {
    if (!step) return make("span", {}, text);
    return make(
      "button",
      {
        type: "button",
        class: "link",
        title: say("inspector.follow", { unit, step }),
        onclick: (event) => goTo(step, unit, event.timeStamp),
      },
      text,
    );
  }

  function lines(...formulas) {
    return make(
      "div",
      { class: "formulas" },
      ...formulas.map((formula) => make("p", { class: "formula" }, ...[formula].flat())),
    );
  }

  function relu(told) {
    const limit = Math.max(1, Math.ceil(Math.abs(told.z)));
    const label = say("inspector.curve", { limit });
    const svg = new DOMParser().parseFromString(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 110" role="img" class="curve"><path class="axis" d="M0 100H200M100 0V110"/><path class="line" d="M0 100H100L200 0"/><circle r="6" cx="${100 + (100 * told.z) / limit}" cy="${100 - (100 * Math.max(0, told.z)) / limit}"/></svg>`,
      "image/svg+xml",
    ).documentElement;
    svg.setAttribute("aria-label", label);
    return [
      make(
        "div",
        { class: "left" },
        lines(`a[${told.unit}] = max(0, z[${told.unit}])`, [
          `a[${told.unit}] = max(0, `,
          link(told.source, told.unit, fixed(told.z, 5)),
          ") = ",
          number(told.value, 5),
        ]),
        make("p", {}, say(told.on ? "inspector.on" : "inspector.off")),
        make("p", {}, `${say("inspector.distance")} |z| = `, number(told.distance, 5)),
      ),
      make(
        "div",
        { class: "right" },
        make("figure", { class: "wide" }, svg, make("figcaption", {}, label)),
      ),
    ];
  }

  function softmax(told) {
    const name = labels()[told.unit];
    return [
      make(
        "div",
        { class: "left" },
        lines(
          `p[${told.unit}] = exp(logit[${told.unit}] − max) / Σₖ exp(logit[k] − max)`,
          [
            `p[${told.unit}] = exp(`,
            link(told.source, told.unit, fixed(told.logit, 4)),
            ` − ${fixed(told.maximum, 4)}) / ${fixed(told.denominator, 4)}`,
          ],
          [
            `p[${told.unit}] = `,
            number(told.exponential, 6),
            " / ",
            number(told.denominator, 6),
            " = ",
            number(told.value, 6),
          ],
        ),
        make("p", {}, name),
      ),
    ];
  }

  function plain(told) {
    const where = say("inspector.pixel", { row: told.row, column: told.column });
    if (told.kind === "input")
      return [
        lines(`X[${told.row}, ${told.column}] = ${say("figure.grey")} / 255`, [
          `X[${told.row}, ${told.column}] = ${told.grey} / 255 = `,
          number(told.value, 6),
        ]),
        make("p", {}, where),
      ];
    return [
      lines(`x[28·${told.row} + ${told.column}] = X[${told.row}, ${told.column}]`, [
        `x[${told.unit}] = `,
        number(told.value, 6),
      ]),
      make(
        "p",
        {},
        `${where}, ${say("inspector.from")} `,
        link(told.source, told.unit, told.source ?? ""),
      ),
    ];
  }

  function build(told) {
    const button = (action, picture, act) =>
      make(
        "button",
        {
          type: "button",
          class: "tool",
          "data-action": action,
          title: say(`inspector.${picture}`),
          "aria-label": say(`inspector.${picture}`),
          onclick: act,
        },
        icon(picture),
      );
    const close = button("release", "close", (event) => release(event.timeStamp));
    const copy = button("copy-value", "copy", () =>
      copyText(section.dataset.value, section.querySelector("strong")),
    );
    const name =
      told.kind === "logits" || told.kind === "softmax" ? ` · ${labels()[told.unit]}` : "";
    value = number(told.value, 6);
    const parts = sum ? sum.parts : (kinds[told.kind]?.(told) ?? []);
    body.replaceChildren(
      make(
        "div",
        { class: "head" },
        make("h3", {}, say("inspector.title", { step: told.step, unit: told.unit }) + name),
        make("strong", {}, value),
        copy,
        close,
      ),
      told.edited
        ? make("p", {}, say("edits.natural", { value: fixed(told.natural, 6) }))
        : make("div", { class: "parts" }, ...parts),
    );
  }

  const kinds = { relu, softmax, input: plain, flatten: plain };

  return {
    section,
    /** @param {any} told the section `unit` of a reply; null when nothing is pinned */
    update(told) {
      hint.hidden = Boolean(told);
      if (!told) {
        body.replaceChildren();
        shown = "";
        delete section.dataset.unit;
        delete section.dataset.value;
        return;
      }
      section.dataset.unit = told.unit;
      section.dataset.value = told.value;
      const key = `${told.step}/${told.unit}/${told.edited}/${say("inspector.sum")}`;
      if (key === shown && sum?.fits(told)) {
        renew(value, told.value, 6);
        sum.renew(told);
        return;
      }
      shown = key;
      sum =
        !told.edited && (told.kind === "linear" || told.kind === "logits") && told.positive
          ? createSum({ say, colours, goTo }, told)
          : null;
      build(told);
    },
    name() {
      hint.textContent = say("inspector.hint");
    },
  };
}
