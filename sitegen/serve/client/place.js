/* The reader's place in a page, kept over a reload: where it is scrolled to, what is typed, unfolded and selected. */

import { fields, foldings, setTypedValue, typedValue } from "./fields.js";
import { keep, kept } from "./storage.js";

const BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, figure, blockquote, pre, table";
const START = 80; // characters by which a block is known again

const placeOf = (address) => `sitegen:place:${address}`;

/** The page's address, without what only the browser sees. */
export const here = () => location.pathname + location.search;

const textOf = (block) => block.textContent.trim();
const topOf = (block) => block.getBoundingClientRect().top;

/** The block at the top of the window, so that a paragraph put in above it moves nothing. */
const landmark = () => {
  if (scrollY === 0) return null;
  const blocks = Array.from(document.querySelectorAll(BLOCKS));
  const at = blocks.findIndex((block) => block.getBoundingClientRect().bottom > 0 && textOf(block));
  if (at < 0) return null;
  const block = blocks[at];
  return { tag: block.localName, text: textOf(block).slice(0, START), top: topOf(block), at };
};

/** The block of this page that is most likely the one of before. */
const sameBlock = ({ tag, text, at }) =>
  Array.from(document.querySelectorAll(BLOCKS), (block, index) => [Math.abs(index - at), block])
    .filter(([, block]) => block.localName === tag && textOf(block).startsWith(text))
    .sort(([one], [other]) => one - other)[0]?.[1];

/** Keep the place for the page at *address*, which will be shown next. */
export const savePlace = (address = here()) => {
  const active = document.activeElement;
  const all = fields();
  keep("sessionStorage", placeOf(address), {
    x: scrollX,
    y: scrollY,
    restoration: history.scrollRestoration,
    landmark: landmark(),
    fields: all.map(([key, field]) => [key, typedValue(field)]).filter(([, value]) => value !== undefined),
    details: foldings().map(([key, details]) => [key, details.open]),
    focus: all.find(([, field]) => field === active)?.[0] ?? null,
    selection: typeof active?.selectionStart === "number" ? [active.selectionStart, active.selectionEnd] : null,
  });
};

const scrollToPlace = ({ x, y, landmark: mark }) => {
  const block = mark && sameBlock(mark);
  const top = block ? Math.round((scrollY + topOf(block) - mark.top) * 100) / 100 : y; // rounded, or it creeps up
  scrollTo({ left: x, top, behavior: "instant" });
};

const refill = (place) => {
  const [all, open] = [new Map(fields()), new Map(foldings())];
  for (const [key, value] of place.details) if (open.has(key)) open.get(key).open = value;
  for (const [key, value] of place.fields) if (all.has(key)) setTypedValue(all.get(key), value);
  const focus = all.get(place.focus);
  focus?.focus({ preventScroll: true });
  if (focus && place.selection) focus.setSelectionRange(...place.selection);
};

/** Take the place that was kept for this page, once. */
export const restorePlace = () => {
  const place = kept("sessionStorage", placeOf(here()));
  if (!place) return;
  keep("sessionStorage", placeOf(here()), null);
  history.scrollRestoration = place.restoration;
  refill(place);
  scrollToPlace(place);
  // Pictures and fonts still move the page: the place is taken again when they are there, unless its reader moved on.
  if (document.readyState === "complete") return;
  let moved = false;
  for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(type, () => (moved = true), { once: true, passive: true, capture: true });
  }
  addEventListener("load", () => setTimeout(() => moved || scrollToPlace(place)), { once: true });
};
