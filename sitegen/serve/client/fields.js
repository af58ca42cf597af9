/* What a reader typed, chose and unfolded, by keys that the next version of the page has, too. */

const FIELDS = "input:not([type=password], [type=file], [type=hidden]), textarea, select, [contenteditable]";
const typedIn = new WeakSet(); // editable elements, which have no value to compare with

document.addEventListener("input", ({ target }) => target.isContentEditable && typedIn.add(target.closest("[contenteditable]")), true);

/** The elements for *selector*, each with its key: what it is, its id, what *name* says of it, and the how manieth it is. */
const keyed = (selector, name) => {
  const seen = new Map();
  return Array.from(document.querySelectorAll(selector), (element) => {
    const key = [element.localName, element.id, name(element)].join("|");
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return [`${key}|${seen.get(key)}`, element];
  });
};

const isSwitch = ({ type }) => type === "checkbox" || type === "radio";

/** All that can be typed into or chosen from, by key. */
export const fields = () =>
  keyed(FIELDS, (field) => [field.name, field.type, field.type === "radio" ? field.value : ""].map((part) => part ?? "").join("|"));

/** All that can be unfolded, by key. */
export const foldings = () => keyed("details", (details) => details.querySelector("summary")?.textContent ?? "");

/** What a reader made of *field*; undefined if it is as the page has it. */
export const typedValue = (field) => {
  if (field.isContentEditable) return typedIn.has(field) ? field.innerText : undefined;
  if (isSwitch(field)) return field.checked === field.defaultChecked ? undefined : field.checked;
  if (field.localName === "select") {
    const options = Array.from(field.options);
    const isUntouched = options.every((option) => option.selected === option.defaultSelected);
    return isUntouched ? undefined : options.map((option) => option.selected);
  }
  return field.value === field.defaultValue ? undefined : field.value;
};

/** Make *field* what a reader had made of it. */
export const setTypedValue = (field, value) => {
  if (field.isContentEditable) {
    field.innerText = value;
    typedIn.add(field);
  } else if (isSwitch(field)) field.checked = value;
  else if (field.localName === "select") {
    value.forEach((selected, at) => field.options[at] && (field.options[at].selected = selected));
  } else field.value = value;
};
