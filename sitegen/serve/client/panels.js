/* What a click on the bar opens above it. */

import { clockPanel } from "./clock.js";
import { capital, lengthOf, make, place, prose, stateMark } from "./elements.js";
import { sitePage } from "./page.js";
import { view } from "./view.js";

const listPanel = (label, items) =>
  make("section", { class: "panel", id: "panel", "aria-label": label, tabindex: "-1" }, make("ul", {}, ...items));

const missingItem = ({ what, fix, names }) =>
  make(
    "li",
    {},
    make("strong", {}, capital(what)),
    names.length ? make("span", { class: "names" }, names.join(", ")) : null,
    make("span", { class: "quiet" }, ...prose(capital(fix))),
  );

const heldItem = (story) =>
  make("li", {}, make("a", { href: sitePage(story.url), dir: "auto" }, story.title), make("span", {}, stateMark(story)));

/** Whether there is something that a narrow bar leaves out. */
export const hasDetails = ({ words, path }) => words > 0 || path !== "";

const detailItems = ({ words, minutes, path, editor }) =>
  [
    words ? make("li", {}, make("strong", {}, "Length"), lengthOf({ words, minutes })) : null,
    path ? make("li", {}, make("strong", {}, "Source"), place(path, editor, { class: "names", dir: "ltr" })) : null,
  ].filter(Boolean);

/** The panels by their names. */
export const PANELS = {
  clock: clockPanel,
  details: () => listPanel("This page", detailItems(view.message.facts)),
  missing: () => listPanel("What this article lacks", view.message.facts.missing.map(missingItem)),
  held: () => listPanel("Stories on this page that are not out yet", view.message.facts.held.map(heldItem)),
};
