/* The bar at the foot of the page: how the connection is, what the page is, what it lacks, and what is wrong. */

import { clockWords, isSet } from "./clock.js";
import { lengthOf, make, place, stateMark } from "./elements.js";
import { ownKind, sitePage } from "./page.js";
import { hasDetails } from "./panels.js";
import { isError, tallies } from "./problems.js";
import { CONNECTIONS, isTroubled, setHidden, showProblems, togglePanel, view } from "./view.js";

/** A button that opens what is called *name* above the bar. */
const toggle = (name, words, attributes = {}) =>
  make(
    "button",
    {
      ...attributes,
      class: `opens ${attributes.class ?? name}`,
      "data-key": name,
      "aria-expanded": String(view.panel === name),
      "aria-controls": view.panel === name ? "panel" : null,
      click: () => togglePanel(name),
    },
    words,
  );

const length = (facts) => (facts.words ? make("span", { class: "length" }, lengthOf(facts)) : null);

const problemCount = (problems) => {
  if (!problems.length) return null;
  const [gravest, others] = tallies(problems);
  return make(
    "button",
    {
      class: `count ${problems.some(isError) ? "bad" : "wary"}`,
      "data-key": "problems",
      "aria-expanded": String(view.open),
      "aria-controls": view.open ? "sheet" : null,
      click: () => showProblems(!view.open),
    },
    gravest,
    others && make("span", { class: "more" }, `, ${others}`),
  );
};

const fold = (face) =>
  make(
    "button",
    {
      class: "fold",
      "data-key": "fold",
      "aria-expanded": String(!view.hidden),
      "aria-label": view.hidden ? "Show the preview's bar" : "Hide the preview's bar",
      click: () => setHidden(!view.hidden),
    },
    face,
  );

const dot = (connection) => make("span", { class: `dot ${connection}`, "aria-hidden": "true" });

/** What is left of the bar once it is put away. */
const pill = (problems, connection) =>
  make(
    "aside",
    { class: "pill", "aria-label": "Preview" },
    isTroubled(connection) ? make("span", { class: "words" }, CONNECTIONS[connection]) : null,
    problemCount(problems),
    fold(dot(connection)),
  );

/** The bar, or what is left of it. */
export const bar = (problems, connection) => {
  if (view.hidden) return pill(problems, connection);
  const facts = view.message?.facts;
  const words = make("span", { class: isTroubled(connection) ? "words" : "words brief" }, CONNECTIONS[connection]);
  return make(
    "aside",
    { class: "bar", "aria-label": "Preview" },
    make("span", { class: `connection ${connection}` }, dot(connection), words),
    facts && stateMark(facts),
    toggle("clock", clockWords(), { class: isSet() ? "clock set" : "clock" }),
    facts && length(facts),
    facts?.missing.length ? toggle("missing", `${facts.missing.length} missing`) : null,
    facts?.held.length ? toggle("held", `${facts.held.length} not out yet`) : null,
    facts && hasDetails(facts) ? toggle("details", "Details") : null,
    make("span", { class: "space" }),
    problemCount(problems),
    facts?.path ? place(facts.path, facts.editor, { class: "path", dir: "ltr" }) : null,
    ownKind() === "dashboard" ? null : make("a", { href: sitePage("/_sitegen/"), class: "all", "data-key": "all" }, "Newsroom"),
    fold("×"),
  );
};
