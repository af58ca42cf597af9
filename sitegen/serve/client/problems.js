/* The list of problems: each with its place, the lines of its source, and the mend. */

import { capital, counted, make, place, prose } from "./elements.js";
import { showProblems } from "./view.js";

/** Whether a problem stops the site. */
export const isError = ({ severity }) => severity === "error";

/** What a problem is known again by, also when lines were put in above it. */
export const identity = ({ path, what }) => `${path}\n${what}`;

/** *problems*, errors first. */
const gravestFirst = (problems) => [...problems.filter(isError), ...problems.filter((each) => !isError(each))];

/** How many there are, in one or two parts: "2 errors", "1 warning". */
export const tallies = (problems) => {
  const errors = problems.filter(isError).length;
  const warnings = problems.length - errors;
  return [errors && counted(errors, "error"), warnings && counted(warnings, "warning")].filter(Boolean);
};

/** The same in one. */
export const tally = (problems) => tallies(problems).join(", ");

/** *text*, with the word marked that begins at *column*, if that is in it. */
const marked = (text, column) => {
  const at = column - 1;
  if (at < 0 || at >= text.length) return [text || " "];
  const word = /^(?:[\p{L}\p{N}_]+|.)/u.exec(text.slice(at))[0];
  return [text.slice(0, at), make("mark", {}, word), text.slice(at + word.length)];
};

const sourceLine = ({ line, column }, [number, text]) => {
  const here = number === line ? "here" : "";
  return [
    make("span", { class: `number ${here}`, "aria-hidden": "true" }, String(number)),
    make("code", { class: here }, ...(here ? marked(text, column) : [text || " "])),
  ];
};

const problemItem = (problem) => {
  const where = [problem.path, problem.line, problem.column].filter(Boolean).join(":");
  return make(
    "li",
    { class: problem.severity },
    make(
      "p",
      { class: "head" },
      make("span", { class: "mark" }, capital(problem.severity)),
      where && place(where, problem.editor, { class: "path" }),
    ),
    make("p", { class: "what", dir: "auto" }, ...prose(problem.what)),
    problem.lines.length
      ? make("pre", { dir: "ltr", translate: "no" }, ...problem.lines.flatMap((line) => sourceLine(problem, line)))
      : null,
    problem.fix && make("p", { class: "fix", dir: "auto" }, make("span", { class: "quiet" }, "Mend: "), ...prose(problem.fix)),
  );
};

/** *problems* as items of a list. */
export const problemItems = (problems) => gravestFirst(problems).map(problemItem);

/** The list that lies over the page, which could be made now (*isTrue*) or is as it was. */
export const sheet = (problems, isTrue) => {
  const errors = problems.some(isError);
  const behind = isTrue ? "The page behind this is up to date, less what cannot be read." : "Behind this is the last good page.";
  return make(
    "section",
    { class: `sheet ${errors ? "bad" : "wary"}`, "aria-labelledby": "heading", id: "sheet" },
    make(
      "header",
      {},
      make("h2", { id: "heading" }, tally(problems)),
      make("span", { class: "quiet" }, errors ? behind : ""),
      make("button", { "data-key": "hide", click: () => showProblems(false) }, "Hide"),
    ),
    make("ol", { tabindex: "0", "aria-label": "Problems", "data-key": "list" }, ...problemItems(problems)),
  );
};
