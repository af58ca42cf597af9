/* What the one element that the preview adds says of the page, and what the page's address says. */

const script = document.currentScript;
script?.remove(); // so that the page is as its readers get it

/** `page` is the page's address below the site, which begins at `base`; `digest` stands for the bytes that were sent. */
export const { base = "", page = "/", digest: sentDigest = "", guarded } = script?.dataset ?? {};

/** The moment that the page shows instead of the present, as its address has it; "" for the present. */
export const now = new URLSearchParams(location.search).get("now") ?? "";

/** Which of the preview's own pages this is: "dashboard", "problems", or "" for a page of the site. */
export const ownKind = () => document.documentElement.dataset.sitegen ?? "";

/** Whether the page is a part of another page of the preview, which has a bar. */
export const isFramed = () => {
  try {
    return window !== parent && parent.location.origin === location.origin;
  } catch {
    return false; // a window of an editor, say
  }
};

/** The address of a page of the site, or of the preview's own, as of the same moment. */
export const sitePage = (path) => `${base}${path}${now ? `?now=${encodeURIComponent(now)}` : ""}`;
