/** What can be locked, by the names of `--lock`, and where it stands on the page. */

/** @type {Record<string, string>} */
export const LOCKS = {
  model: "#model",
  checkpoint: "#checkpoint, #ages",
  language: "[data-action=language]",
  theme: "[data-action=theme]",
  upload: "[data-action=upload], [data-action=random]",
  samples: ".samples",
  batch: "#tray",
  experiment: ".tabs > :has([data-group=experiment])",
  compare: "#compare, #weights .versus",
  train: "#tab-train, #panel-train",
  views: "#views",
  tour: "[data-action=tour], #views [data-view=course]",
  share: "[data-action=share]",
  present: "[data-action=present]",
};
