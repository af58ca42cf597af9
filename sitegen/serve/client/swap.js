/* Style sheets and pictures are put in place of older ones while the page stays. */

import { base } from "./page.js";
import { renewSheets, renewedStyle } from "./sheets.js";

const FRESH = "sitegen-fresh"; // in the query of what was changed under the same address
const HOLDERS = "img, source, video, audio, embed, object, input[type=image], image, use, a[href], link[href]";
const ADDRESSES = ["src", "href", "poster", "data"];
const SETS = ["srcset", "imagesrcset"];
const IN_SET = /[^\s,]\S*[^\s,]|[^\s,]/g;

const freshened = new Map(); // the paths of files that were changed under their address, and the revision of that
const replaces = new WeakMap(); // a style sheet on its way, and those that it takes the place of
const going = new WeakSet(); // those whose place is taken

const ENCODED = /(?:%[0-9a-f]{2})+/gi;

/** *text* decoded, or as it is where it only looks encoded. */
const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The path of *address*, which stands in the file at *from*, however it is encoded; null if it leads to another site. */
const plainPath = (address, from = document.baseURI) => {
  try {
    const url = new URL(address, from);
    return url.origin === location.origin ? url.pathname.replace(ENCODED, decoded) : null;
  } catch {
    return null;
  }
};

/** *address* with what the browser has not fetched yet: *target* in its place, or the same after a change, *fresh*. */
const freshAddress = (address, from, { target, fresh }) => {
  const url = new URL(address, from);
  if (target) url.pathname = new URL(target, location.href).pathname;
  if (fresh) url.searchParams.set(FRESH, fresh);
  else url.searchParams.delete(FRESH);
  return url.pathname + url.search + url.hash;
};

/** Put a style sheet in the place of *link*, which stays until the other is there, so that the page is never bare. */
const restyle = (link, address, renew) => {
  const fresh = link.cloneNode();
  fresh.removeAttribute("integrity");
  fresh.setAttribute("href", address);
  const replaced = [link, ...(replaces.get(link) ?? [])];
  replaces.set(fresh, replaced);
  going.add(link);
  const arrived = () => {
    for (const old of replaced) old.remove();
    renew(); // it names pictures as its file does
  };
  fresh.addEventListener("load", arrived);
  fresh.addEventListener("error", arrived); // there is none now, and none is what the page has
  link.after(fresh);
};

const isStyleSheet = (element) => element.localName === "link" && element.relList.contains("stylesheet");

const swapInAttributes = (renewed, renew) => {
  for (const element of document.querySelectorAll(HOLDERS)) {
    if (going.has(element)) continue;
    for (const name of ADDRESSES) {
      const address = element.getAttribute(name);
      const fresh = address === null ? address : renewed(address);
      if (fresh === address) continue;
      if (isStyleSheet(element)) restyle(element, fresh, renew);
      else element.setAttribute(name, fresh);
    }
    for (const name of SETS) {
      const set = element.getAttribute(name);
      const fresh = set?.replace(IN_SET, (address) => renewed(address));
      if (set && fresh !== set) element.setAttribute(name, fresh);
    }
  }
};

const swapInStyles = (renewed) => {
  for (const element of document.querySelectorAll('[style*="url("]')) {
    const style = element.style.cssText;
    const fresh = renewedStyle(style, renewed);
    if (fresh !== style) element.style.cssText = fresh;
  }
};

/** Point the page to what is new: *swaps* has new addresses by old ones.  Whether all of them were found in the page. */
export const swap = (swaps, revision) => {
  const targets = new Map(Object.entries(swaps).map(([from, to]) => [plainPath(base + from), base + to]));
  for (const [path, target] of targets) if (path === plainPath(target)) freshened.set(path, revision);
  const found = new Set();
  const renewed = (address, from = document.baseURI) => {
    const path = plainPath(address, from);
    found.add(path);
    if (freshened.has(path)) return freshAddress(address, from, { fresh: freshened.get(path) });
    return targets.has(path) ? freshAddress(address, from, { target: targets.get(path) }) : address;
  };
  const renew = () => renewSheets(renewed);
  swapInAttributes(renewed, renew);
  swapInStyles(renewed);
  renew();
  for (const media of document.querySelectorAll("video, audio")) {
    if (media.querySelector(`source[src*="${FRESH}"]`)) media.load();
  }
  return [...targets.keys()].every((path) => found.has(path));
};
