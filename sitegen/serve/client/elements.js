/* Elements, and words in them.  Whatever the server tells becomes text, never HTML. */

/** An element with *attributes*, those that are functions being what it does, and with *children*, text or elements. */
export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
};

/** "1 error", "2 errors". */
export const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** How long a text is: "412 words · 2 min". */
export const lengthOf = ({ words, minutes }) => `${counted(words, "word")} · ${minutes} min`;

/** *text* with a capital letter at its start. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** *text*, with what stands in backticks as code. */
export const prose = (text) => text.split(/`([^`]+)`/).map((part, at) => (at % 2 ? make("code", {}, part) : part));

const IS_EDITOR = /^(?!javascript:|data:|vbscript:)[a-z][a-z0-9+.-]*:/i;

/** *words* as a link that opens *editor*, or alone if that is no address of an editor. */
export const place = (words, editor, attributes = {}) =>
  IS_EDITOR.test(editor ?? "")
    ? make("a", { ...attributes, href: editor, title: `Open ${words} in the editor` }, words)
    : make("span", { ...attributes, title: words }, words);

const STATES = {
  draft: ({ published }) => (published ? `Draft, for ${published.text}` : "Draft"),
  scheduled: ({ published }) => `Scheduled for ${published?.text}`,
  expires: ({ expires }) => `Expires ${expires?.text}`,
  expired: ({ expires }) => `Expired ${expires?.text}`,
};

/** The state of a story, with its time; null for one that is simply out. */
export const stateMark = (story) => {
  const words = STATES[story.state]?.(story);
  return words ? make("span", { class: `mark ${story.state}` }, words) : null;
};
