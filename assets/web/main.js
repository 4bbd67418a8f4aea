/** Put the page together: its state, its parts in their places, and the first question. */

import { keepFocus } from "./base/focus.js";
import { quieten, surround } from "./frame/gradio.js";
import { createParts } from "./parts.js";
import { createPage } from "./state/page.js";
import { createHand } from "./twin/hand.js";
import { VIEWS } from "./views/index.js";

/** @param {import("./state/types.js").Host} host */
export async function start(host) {
  const page = createPage(
    host,
    VIEWS.map(({ name }) => name),
  );
  surround(page.root);
  quieten();
  page.hand = createHand(page);
  createParts(page);
  keepFocus(page.root);
  page.store.subscribe((now, before) => {
    for (const part of page.parts) part.chosen?.(now, before);
  });
  page.actions.name();
  const { language } = page.store.get();
  if (language !== (page.start.language ?? page.start.languages[0].code)) page.relabel(language);
  const { failed } = page.actions; // the page stands: what goes wrong from here on is said on it
  const ages = page.actions.refreshAges().catch(failed);
  const linked = await page.actions.readLink(ages).catch((error) => {
    failed(error);
    return false;
  });
  const { view } = page.screen;
  // no link has, nor has the visitor meanwhile
  if (!page.root.dataset.view) page.actions.show(view);
  if (!page.locked.has("tour")) page.actions.resumeTour(linked);
}
