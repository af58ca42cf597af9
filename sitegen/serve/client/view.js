/* What is shown beside the page, as values; `draw.js` makes elements of them. */

import { keep, kept } from "./storage.js";

const BAR = "sitegen:bar";
const SEEN = "sitegen:seen";

/** `connection` is one of those below, `message` the server's last, `panel` the name of the one that is open, if any. */
export const view = {
  connection: "connecting",
  message: null,
  panel: "",
  hidden: kept("localStorage", BAR) === "hidden", // the bar
  open: false, // the list of problems
  seen: new Set(kept("sessionStorage", SEEN)), // errors that did not come just now
  focus: null, // the key of what is to have the focus, if that changes
};

/** How the connection is, in words. */
export const CONNECTIONS = {
  connecting: "Connecting …",
  live: "Live",
  busy: "Updating …",
  lost: "The server does not answer; trying again",
  stuck: "The old page keeps coming: reload it with Shift held down",
};

/** Whether the connection is nothing to rely on. */
export const isTroubled = (connection) => connection === "lost" || connection === "stuck";

let paint = () => {};

/** Let *painter* show what is so, now and whenever it is told that something changed. */
export const paintWith = (painter) => {
  paint = painter;
  redraw();
};

/** Show what is so now. */
export const redraw = () => paint();

/** Put the bar away, on other pages, too, or take it back. */
export const setHidden = (hidden) => {
  keep("localStorage", BAR, hidden ? "hidden" : null);
  Object.assign(view, { hidden, panel: "", focus: "fold" });
  redraw();
};

/** Open a panel, or close it. */
export const togglePanel = (name) => {
  view.panel = view.panel === name ? "" : name;
  view.focus = view.panel ? "panel" : name;
  redraw();
};

/** Close the panel that is open. */
export const closePanel = () => togglePanel(view.panel);

/** Show the list of problems, or put it away until there is a new error. */
export const showProblems = (open) => {
  keep("sessionStorage", SEEN, open ? null : [...view.seen]);
  Object.assign(view, { open, focus: open ? "list" : "problems" });
  redraw();
};

/** Take note of the *errors* that there are, by what identifies them; whether there are new ones, which show themselves. */
export const noteErrors = (errors, hasProblems) => {
  const isNew = [...errors].some((each) => !view.seen.has(each));
  if (isNew) view.open = true;
  if (!hasProblems || (!errors.size && view.seen.size)) view.open = false; // it goes away by itself
  if (view.message) {
    view.seen = errors;
    if (!errors.size) keep("sessionStorage", SEEN, null);
  }
  return isNew;
};
