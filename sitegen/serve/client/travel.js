/* Loading this page anew, following it to a new address, and taking its moment along. */

import { leave } from "./listening.js";
import { base, now } from "./page.js";
import { here, savePlace } from "./place.js";
import { keep, kept } from "./storage.js";
import { view } from "./view.js";

const MOST_RELOADS = 3;
const SOON = 10_000; // milliseconds
const RELOADS = "sitegen:reloads";

/** Load the page anew; not for ever, if something between us and the server keeps sending the old one. */
export const reload = (wanted) => {
  const before = kept("sessionStorage", RELOADS);
  const isSame = before && before.page === here() && before.wanted === wanted && Date.now() - before.at < SOON;
  const count = isSame ? before.count + 1 : 1;
  if (count > MOST_RELOADS) {
    view.connection = "stuck";
    return;
  }
  keep("sessionStorage", RELOADS, { page: here(), wanted, count, at: Date.now() });
  leave();
  savePlace();
  history.scrollRestoration = "manual"; // ours knows the page's text
  location.reload();
};

/** Show *address*, also where it differs in nothing that the server sees; *how* is "replace" or "assign". */
const visit = (address, how) => {
  address.hash = location.hash;
  if (address.href === location.href) location.reload();
  else location[how](address);
};

/** Follow what is shown to *url*, where it is now, at the same place. */
export const follow = (url) => {
  leave();
  const address = new URL(base + url + location.search, location.href);
  savePlace(address.pathname + address.search);
  visit(address, "replace");
};

/** Show the page as of *instant*; "" is the present. */
export const setClock = (instant) => {
  const url = new URL(location.href);
  if (instant) url.searchParams.set("now", instant);
  else url.searchParams.delete("now");
  leave();
  visit(url, "assign");
};

/** The address of *href* as of the moment that this page shows; "" if it is none of the site's pages. */
const asOfNow = (href) => {
  let url;
  try {
    url = new URL(href, document.baseURI);
  } catch {
    return "";
  }
  const isInside = url.origin === location.origin && (url.pathname === base || url.pathname.startsWith(`${base}/`));
  if (!isInside || url.searchParams.has("now")) return "";
  url.searchParams.set("now", now);
  return url.pathname + url.search + url.hash;
};

/** Take the moment along to whatever of the site is gone to from here, however that is done. */
export const keepClock = () => {
  const amend = (event) => {
    const link = event.composedPath().find((each) => each.localName === "a" && each.hasAttribute?.("href"));
    const address = link && asOfNow(link.href);
    if (address) link.setAttribute("href", address);
  };
  for (const type of ["pointerdown", "focusin", "click", "auxclick"]) document.addEventListener(type, amend, true);
  document.addEventListener("formdata", ({ target, formData }) => {
    if (target.method === "get" && asOfNow(target.action)) formData.set("now", now);
  });
};
