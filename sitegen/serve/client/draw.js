/* The one element of ours in the page.  It has a shadow root, so that the site's styles and ours do not touch, and its
   styles are given to the browser as an object, which no policy of a site forbids. */

import styles from "./style.css" with { type: "css" };
import { bar } from "./bar.js";
import { make } from "./elements.js";
import { isFramed, ownKind } from "./page.js";
import { PANELS, hasDetails } from "./panels.js";
import { identity, isError, problemItems, sheet, tally } from "./problems.js";
import { CONNECTIONS, closePanel, isTroubled, noteErrors, paintWith, redraw, showProblems, view } from "./view.js";

const NAME = "sitegen-preview";
const host = make(NAME, { lang: "en", dir: "ltr", translate: "no" });
const root = host.attachShadow({ mode: "open" });
const ground = make("div");
const said = make("p", { class: "said", role: "status" });

/** Whether there is one already: the script was run a second time by the page. */
export const isDrawn = () => document.querySelector(NAME) !== null;

/** The panel that is open; the one before stays if it is the clock's, with what is typed in it. */
const openPanel = () => {
  const stays = view.panel === "clock" && ground.dataset.panel === "clock";
  return stays ? root.getElementById("panel") : PANELS[view.panel]();
};

/** Whether there is anything for the panel called *name* to show. */
const hasPanel = (name) => {
  const facts = view.message?.facts;
  if (name === "clock") return true;
  return name === "details" ? facts && hasDetails(facts) : facts?.[name].length > 0;
};

/** Give the focus to what is called *key*. */
const focusOn = (key) => {
  const panel = root.getElementById("panel");
  const wanted = key === "panel" ? (panel?.querySelector("input, button, a") ?? panel) : root.querySelector(`[data-key="${key}"]`);
  wanted?.focus({ preventScroll: true });
};

/** Where one of our own pages lists the problems for which there is no better page: in the same form. */
const listProblems = (problems) => {
  const list = ownKind() === "problems" && problems.length ? document.querySelector("ol.problems") : null;
  list?.replaceChildren(...problemItems(problems));
};

/** Tell the page how much of it is covered, so that it can be scrolled to its end. */
const makeRoom = (foot, list) => {
  const footing = view.hidden ? 0 : foot.offsetHeight;
  host.style.setProperty("--bar", `${footing}px`);
  host.style.setProperty("--room", `${footing + (list?.offsetHeight ?? 0)}px`);
};

const say = (words) => {
  if (said.textContent !== words) said.textContent = words;
};

const draw = () => {
  const all = view.message?.problems ?? [];
  const problems = ownKind() ? [] : all; // our own pages list them themselves
  const isNew = !ownKind() && noteErrors(new Set(problems.filter(isError).map(identity)), problems.length > 0);
  if (view.panel && !hasPanel(view.panel)) view.panel = "";
  const connection = view.connection === "live" && view.message.busy ? "busy" : view.connection;

  const focus = view.focus ?? root.activeElement?.dataset.key;
  const scrolled = root.querySelector(".sheet ol")?.scrollTop ?? 0;
  const list = view.open ? sheet(problems, view.message.page.digest !== "") : null;
  if (isNew) list?.classList.add("new");
  const foot = bar(problems, connection);
  ground.replaceChildren(...[list, foot, view.panel && !view.hidden ? openPanel() : null].filter(Boolean));
  ground.dataset.panel = view.panel;
  if (list) list.querySelector("ol").scrollTop = scrolled;
  view.focus = null;
  if (focus) focusOn(focus);
  listProblems(all);
  makeRoom(foot, list);
  say(isTroubled(connection) ? CONNECTIONS[connection] : tally(problems));
};

const escape = (event) => {
  if (event.key !== "Escape") return;
  if (view.panel) closePanel();
  else if (view.open) showProblems(false);
};

/** Begin to show. */
export const show = () => {
  root.adoptedStyleSheets = [styles];
  root.append(ground, said);
  // After the body, which is the site's; where the root has its own idea of what stands beside a body, above it all.
  host.classList.toggle("apart", getComputedStyle(document.documentElement).display !== "block");
  if (!isFramed()) document.documentElement.append(host);
  root.addEventListener("keydown", escape);
  addEventListener("resize", redraw);
  paintWith(draw);
};
