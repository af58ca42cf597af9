/* What lasts beyond a page.  A browser may refuse storage; then nothing lasts, and all else works. */

/** What is kept in *store*, `sessionStorage` or `localStorage`, under *name*; null if it is nothing. */
export const kept = (store, name) => {
  try {
    return JSON.parse(window[store].getItem(name));
  } catch {
    return null; // refused, or not ours to read
  }
};

/** Keep *value* there, in place of what was; null keeps nothing. */
export const keep = (store, name, value) => {
  try {
    if (value === null) window[store].removeItem(name);
    else window[store].setItem(name, JSON.stringify(value));
  } catch {
    /* refused, or full */
  }
};
