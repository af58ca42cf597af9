/* The browser's side of the preview: keeps the page true, shows what is wrong with the site, and says what the page is.

   The server sends the whole state as of a revision, one message a change; this file does what the message says and
   shows what it holds.  Everything of ours lives in one element with a shadow root, so that the site's styles and ours
   do not touch, and whatever the server tells becomes text, never HTML.  Nothing here needs an inline style or script,
   so that a site may forbid them. */
(() => {
  "use strict";
  const HOST = "sitegen-preview";
  const script = document.currentScript;
  if (!script || document.querySelector(HOST)) return;

  const { base = "", page = "/" } = script.dataset;
  const kind = document.documentElement.dataset.sitegen ?? ""; // of a page of the preview's own: dashboard, problems
  const now = new URLSearchParams(location.search).get("now") ?? "";

  /** Whether the page is a part of another page of the preview, which has a bar. */
  const isFramed = () => {
    try {
      return window !== parent && parent.location.origin === location.origin;
    } catch {
      return false; // a window of an editor, say
    }
  };

  /* ── What lasts ─────────────────────────────────────────────────────────────────────────────────────────────────
     A browser may refuse storage; then nothing lasts, and all else works. */

  const stored = (store, name, value) => {
    try {
      if (value === undefined) return JSON.parse(window[store].getItem(name));
      if (value === null) window[store].removeItem(name);
      else window[store].setItem(name, JSON.stringify(value));
    } catch {
      /* refused, full, or not ours to read */
    }
    return null;
  };

  /* ── The place of the reader: scroll, typed text, what is open ──────────────────────────────────────────────────── */

  const FIELDS = "input:not([type=password], [type=file], [type=hidden]), textarea, select, [contenteditable]";
  const BLOCKS = "h1, h2, h3, h4, h5, h6, p, li, figure, blockquote, pre, table";
  const placeOf = (address) => `sitegen:place:${address}`;
  const here = () => location.pathname + location.search;
  const typed = new WeakSet(); // editable elements that have no value to compare with

  document.addEventListener("input", ({ target }) => target.isContentEditable && typed.add(target.closest("[contenteditable]")), true);

  /** The elements for *selector*, each with a key that it has on the next version of the page, too. */
  const keyed = (selector, name) => {
    const seen = new Map();
    return Array.from(document.querySelectorAll(selector), (element) => {
      const key = [element.localName, element.id, name(element)].join("|");
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return [`${key}|${seen.get(key)}`, element];
    });
  };
  const fields = () => keyed(FIELDS, (field) => `${field.name ?? ""}|${field.type ?? ""}|${field.type === "radio" ? field.value : ""}`);
  const foldings = () => keyed("details", (details) => details.querySelector("summary")?.textContent ?? "");

  const valueOf = (field) => {
    if (field.isContentEditable) return typed.has(field) ? field.innerText : undefined;
    if (field.type === "checkbox" || field.type === "radio") return field.checked === field.defaultChecked ? undefined : field.checked;
    if (field.localName === "select") {
      const options = Array.from(field.options);
      return options.every((option) => option.selected === option.defaultSelected) ? undefined : options.map((option) => option.selected);
    }
    return field.value === field.defaultValue ? undefined : field.value;
  };

  const setValue = (field, value) => {
    if (field.isContentEditable) field.innerText = value;
    else if (field.type === "checkbox" || field.type === "radio") field.checked = value;
    else if (field.localName === "select") value.forEach((selected, at) => field.options[at] && (field.options[at].selected = selected));
    else field.value = value;
    if (field.isContentEditable) typed.add(field);
  };

  /** The block at the top of the window, so that a paragraph put in above it moves nothing. */
  const landmark = () => {
    const blocks = Array.from(document.querySelectorAll(BLOCKS));
    const block = blocks.find((each) => each.getBoundingClientRect().bottom > 0 && each.textContent.trim());
    if (!block || scrollY === 0) return null;
    return { tag: block.localName, text: block.textContent.trim().slice(0, 80), top: block.getBoundingClientRect().top, at: blocks.indexOf(block) };
  };

  const save = (address = here()) => {
    const active = document.activeElement;
    const all = fields();
    stored("sessionStorage", placeOf(address), {
      x: scrollX,
      y: scrollY,
      restoration: history.scrollRestoration,
      landmark: landmark(),
      fields: all.map(([key, field]) => [key, valueOf(field)]).filter(([, value]) => value !== undefined),
      details: foldings().map(([key, details]) => [key, details.open]),
      focus: all.find(([, field]) => field === active)?.[0] ?? null,
      selection: typeof active?.selectionStart === "number" ? [active.selectionStart, active.selectionEnd] : null,
    });
  };

  const scrollTo_ = (place) => {
    let y = place.y;
    if (place.landmark) {
      const { tag, text, top, at } = place.landmark;
      const same = Array.from(document.querySelectorAll(BLOCKS), (each, index) => [Math.abs(index - at), each])
        .filter(([, each]) => each.localName === tag && each.textContent.trim().startsWith(text))
        .sort(([a], [b]) => a - b)[0];
      if (same) y = Math.round((scrollY + same[1].getBoundingClientRect().top - top) * 100) / 100; // or it creeps up
    }
    scrollTo({ left: place.x, top: y, behavior: "instant" });
  };

  const restore = () => {
    const name = placeOf(here());
    const place = stored("sessionStorage", name);
    if (!place) return;
    stored("sessionStorage", name, null);
    history.scrollRestoration = place.restoration;
    const [all, open] = [new Map(fields()), new Map(foldings())];
    for (const [key, value] of place.details) if (open.has(key)) open.get(key).open = value;
    for (const [key, value] of place.fields) if (all.has(key)) setValue(all.get(key), value);
    const focus = all.get(place.focus);
    focus?.focus({ preventScroll: true });
    if (focus && place.selection) focus.setSelectionRange(...place.selection);
    // Pictures and fonts still move the page: the place is taken again when they are there, unless its reader moved on.
    let moved = false;
    for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      addEventListener(type, () => (moved = true), { once: true, passive: true, capture: true });
    }
    scrollTo_(place);
    if (document.readyState !== "complete") addEventListener("load", () => setTimeout(() => moved || scrollTo_(place)), { once: true });
  };

  /* ── Swapping in place ──────────────────────────────────────────────────────────────────────────────────────────── */

  const FRESH = "sitegen-fresh"; // in the query of what was changed under the same address
  const ADDRESSES = ["src", "href", "poster", "data"];
  const HOLDERS = "img, source, video, audio, embed, object, input[type=image], image, use, a[href], link[href]";

  const plainPath = (address) => {
    try {
      const url = new URL(address, document.baseURI);
      return url.origin === location.origin ? decodeURI(url.pathname) : "";
    } catch {
      return "";
    }
  };

  /** Point the page to what is new; whether all of *swaps* were found in it. */
  const swap = (swaps, revision) => {
    const targets = new Map(Object.entries(swaps).map(([from, to]) => [plainPath(base + from), base + to]));
    const found = new Set();
    const renewed = (address) => {
      const path = plainPath(address);
      if (!path || !targets.has(path)) return address;
      found.add(path);
      const url = new URL(address, document.baseURI);
      url.pathname = new URL(targets.get(path), location.href).pathname;
      if (plainPath(url.href) === path) url.searchParams.set(FRESH, revision);
      else url.searchParams.delete(FRESH);
      return url.pathname + url.search + url.hash;
    };
    for (const element of document.querySelectorAll(HOLDERS)) {
      for (const name of ADDRESSES) {
        const address = element.getAttribute(name);
        const fresh = address === null ? address : renewed(address);
        if (fresh === address) continue;
        if (going.has(element)) continue;
        if (element.localName === "link" && element.relList.contains("stylesheet")) restyle(element, fresh);
        else element.setAttribute(name, fresh);
      }
      for (const name of ["srcset", "imagesrcset"]) {
        const set = element.getAttribute(name);
        const fresh = set?.replace(/[^\s,]\S*[^\s,]|[^\s,]/g, renewed);
        if (set && fresh !== set) element.setAttribute(name, fresh);
      }
    }
    for (const element of document.querySelectorAll('[style*="url("]')) {
      const style = element.style.cssText;
      const fresh = style.replace(/url\((["']?)(.*?)\1\)/g, (whole, quote, address) => whole.replace(address, renewed(address)));
      if (fresh !== style) element.style.cssText = fresh;
    }
    for (const video of document.querySelectorAll("video, audio")) if (video.querySelector(`source[src*="${FRESH}"]`)) video.load();
    return found.size === targets.size;
  };

  const replaces = new WeakMap(); // a style sheet on its way, and those that it takes the place of
  const going = new WeakSet(); // those whose place is taken

  /** Put a style sheet in the place of *link*, which stays until the other is there, so that the page is never bare. */
  const restyle = (link, address) => {
    const fresh = link.cloneNode();
    fresh.removeAttribute("integrity");
    fresh.setAttribute("href", address);
    const replaced = [link, ...(replaces.get(link) ?? [])];
    replaces.set(fresh, replaced);
    going.add(link);
    const arrived = () => {
      for (const old of replaced) old.remove();
    };
    fresh.addEventListener("load", arrived);
    fresh.addEventListener("error", arrived); // there is none now, and none is what the page has
    link.after(fresh);
  };

  /* ── Going elsewhere ────────────────────────────────────────────────────────────────────────────────────────────── */

  const MOST_RELOADS = 3;
  const SOON = 10_000; // milliseconds

  const leave = () => {
    leaving = true;
    disconnect();
  };

  /** Load the page anew; not for ever, if something between us and the server keeps sending the old one. */
  const reload = (wanted) => {
    const before = stored("sessionStorage", "sitegen:reloads");
    const same = before && before.page === here() && before.wanted === wanted && Date.now() - before.at < SOON;
    const count = same ? before.count + 1 : 1;
    if (count > MOST_RELOADS) {
      view.connection = "stuck";
      return;
    }
    stored("sessionStorage", "sitegen:reloads", { page: here(), wanted, count, at: Date.now() });
    leave();
    save();
    history.scrollRestoration = "manual"; // ours knows the page's text
    location.reload();
  };

  const go = (url) => {
    leave();
    const address = new URL(base + url + location.search, location.href);
    save(address.pathname + address.search);
    visit(address, "replace");
  };

  /** Go to *address*; one that differs in nothing that the server sees is loaded all the same. */
  const visit = (address, how) => {
    address.hash = location.hash;
    if (address.href === location.href) location.reload();
    else location[how](address);
  };

  /** The address of *href* as of the moment that this page shows; "" if it is none of the site's pages. */
  const asOfNow = (href) => {
    let url;
    try {
      url = new URL(href, document.baseURI);
    } catch {
      return "";
    }
    const inside = url.origin === location.origin && (url.pathname === base || url.pathname.startsWith(`${base}/`));
    if (!inside || url.searchParams.has("now")) return "";
    url.searchParams.set("now", now);
    return url.pathname + url.search + url.hash;
  };

  const keepClock = () => {
    const follow = (event) => {
      const link = event.composedPath().find((each) => each.localName === "a" && each.hasAttribute?.("href"));
      const address = link && asOfNow(link.href);
      if (address) link.setAttribute("href", address);
    };
    for (const type of ["pointerdown", "focusin", "click", "auxclick"]) document.addEventListener(type, follow, true);
    document.addEventListener("formdata", ({ target, formData }) => {
      if (target.method === "get" && asOfNow(target.action)) formData.set("now", now);
    });
  };

  /* ── Listening ──────────────────────────────────────────────────────────────────────────────────────────────────────
     We connect anew ourselves: the browser would ask again for the page that it first asked for, and give up at a
     proxy's error.  A browser has six connections to a server, for all its tabs: of those that nobody sees only a few
     keep theirs, the others ask when they are looked at. */

  const FIRST_WAIT = 250; // milliseconds
  const LONGEST_WAIT = 4000;
  const DEPARTURE = 2000;
  const SEATS = ["sitegen:seat:1", "sitegen:seat:2"];

  let digest = script.dataset.digest ?? "";
  let heard = {}; // the revision of the last message, and which server sent it
  let source = null;
  let wait = FIRST_WAIT;
  let timer = 0;
  let leaving = false;
  let giveUpSeat = null;

  const connect = () => {
    clearTimeout(timer);
    if (source || leaving) return;
    const query = new URLSearchParams({ page, digest, ...heard });
    if (now) query.set("now", now);
    source = new EventSource(`${base}/_sitegen/events?${query}`);
    source.onmessage = ({ data }) => {
      wait = FIRST_WAIT;
      obey(JSON.parse(data));
    };
    source.onerror = () => {
      disconnect();
      view.connection = "lost";
      draw();
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 1.6, LONGEST_WAIT);
    };
  };

  const disconnect = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const reconnect = () => {
    wait = FIRST_WAIT;
    connect();
  };

  /** Keep the connection of a hidden tab only if there is a seat for it. */
  const takeSeat = async () => {
    for (const name of navigator.locks ? SEATS : []) {
      const taken = await new Promise((answer) => {
        navigator.locks.request(name, { ifAvailable: true }, (lock) => {
          answer(lock !== null);
          return lock && new Promise((free) => (giveUpSeat = free));
        });
      });
      if (taken) break;
    }
    if (document.visibilityState === "visible") leaveSeat();
    else if (!giveUpSeat) disconnect();
  };

  const leaveSeat = () => {
    giveUpSeat?.();
    giveUpSeat = null;
  };

  const obey = (message) => {
    const before = heard;
    const { revision, server } = message;
    heard = { revision, server };
    view.connection = "live";
    const wanted = message.page.digest;
    // Of a page that cannot be made now nothing is known but what was: its last good state is what is shown.
    view.message = { ...message, facts: message.facts ?? (wanted ? null : (view.message?.facts ?? null)) };
    // What changed while there was no server, such as a picture under its old address, the next one does not know.
    const isOtherServer = "server" in before && before.server !== server;
    if (kind === "dashboard" || isOtherServer) {
      if (isOtherServer || (before.revision ?? revision) !== revision) reload(`${server} ${revision}`);
    } else if (message.action === "swap" && !swap(message.swaps, revision)) reload(wanted);
    else if (message.action === "reload") reload(wanted);
    else if (message.action === "go") go(message.go);
    else digest = wanted || digest; // none if it cannot be made now, and then the last good one stays
    if (!leaving) draw();
  };

  /* ── Showing ────────────────────────────────────────────────────────────────────────────────────────────────────── */

  const view = {
    connection: "connecting",
    message: null,
    hidden: stored("localStorage", "sitegen:bar") === "hidden",
    open: false, // the list of problems
    panel: "", // which of PANELS is above the bar
    seen: new Set(stored("sessionStorage", "sitegen:seen")), // errors that did not come just now
  };

  /** An element with *attributes*, those that are functions being what it does, and with *children*, text or elements. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  };

  const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  const isError = ({ severity }) => severity === "error";
  const identity = ({ path, what }) => `${path}\n${what}`;
  const sitePage = (path) => `${base}${path}${now ? `?now=${encodeURIComponent(now)}` : ""}`;

  /** A link that opens the editor, or the words alone. */
  const place = (words, editor, attributes = {}) =>
    /^(?!javascript:|data:|vbscript:)[a-z][a-z0-9+.-]*:/i.test(editor ?? "")
      ? make("a", { ...attributes, href: editor, title: `Open ${words} in the editor` }, words)
      : make("span", { ...attributes, title: words }, words);

  const CONNECTIONS = {
    connecting: "Connecting …",
    live: "Live",
    busy: "Updating …",
    lost: "The server does not answer; trying again",
    stuck: "The old page keeps coming: reload it with Shift held down",
  };

  /* The clock.  The site's zone is asked of the browser, as the server's clock is set by an instant. */

  const MINUTE = 60_000;
  const zoneOf = () => view.message?.facts?.zone;

  /** The time of day in the site's zone at *instant*, as a field takes it: 2026-06-18T09:00. */
  const localTime = (instant) => {
    const parts = new Intl.DateTimeFormat("en-CA", {
      timeZone: zoneOf(), hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
    }).formatToParts(instant);
    const { year, month, day, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    return `${year.padStart(4, "0")}-${month}-${day}T${hour}:${minute}`;
  };

  /** The instant at which clocks in the site's zone show *local*. */
  const instantOf = (local) => {
    const wanted = Date.parse(`${local}Z`);
    let instant = wanted;
    for (let turn = 0; turn < 2; turn += 1) instant += wanted - Date.parse(`${localTime(instant)}Z`);
    return `${new Date(instant).toISOString().slice(0, 16)}Z`;
  };

  const clockText = (instant) =>
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zoneOf(), day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
      timeZoneName: zoneOf() ? undefined : "short",
    }).format(instant).replace(" at ", ", ");

  const setClock = (instant) => {
    const url = new URL(location.href);
    if (instant) url.searchParams.set("now", instant);
    else url.searchParams.delete("now");
    leave();
    visit(url, "assign");
  };

  const moment = Date.parse(now); // NaN if the address has none, or one that only the server understands
  const clockWords = () => (now ? `As of ${Number.isNaN(moment) ? now : clockText(moment)}` : "As of now");

  const clockPanel = () => {
    const field = make("input", { type: "datetime-local", id: "at", required: true, value: localTime(Number.isNaN(moment) ? Date.now() : moment) });
    const { published, expires } = view.message?.facts ?? {};
    const jump = (words, at) => at && make("button", { type: "button", class: "link", click: () => setClock(at.iso) }, `${words} ${at.text}`);
    return make(
      "form",
      { class: "panel", id: "panel", "aria-label": "The site at another time", submit: (event) => (event.preventDefault(), setClock(instantOf(field.value))) },
      make("label", { for: "at" }, "See the site as of"),
      make("div", { class: "row" }, field, make("button", { class: "main" }, "Show")),
      make("p", { class: "quiet" }, `Time in ${zoneOf() ?? "your own zone"}`),
      jump("When it is published:", published),
      jump("When it has expired:", expires),
      now && make("button", { type: "button", class: "link", click: () => setClock("") }, "Back to now"),
    );
  };

  /** *text*, with what stands in backticks as code. */
  const prose = (text) => text.split(/`([^`]+)`/).map((part, at) => (at % 2 ? make("code", {}, part) : part));
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  const missingPanel = () =>
    make(
      "section",
      { class: "panel", id: "panel", "aria-label": "What this article lacks" },
      make(
        "ul",
        {},
        ...view.message.facts.missing.map(({ what, fix, names }) =>
          make("li", {}, make("strong", {}, capital(what)), names.length ? make("span", { class: "names" }, names.join(", ")) : null, make("span", { class: "quiet" }, ...prose(capital(fix)))),
        ),
      ),
    );
  const heldPanel = () =>
    make(
      "section",
      { class: "panel", id: "panel", "aria-label": "Stories on this page that are not out yet" },
      make(
        "ul",
        {},
        ...view.message.facts.held.map((story) =>
          make("li", {}, make("a", { href: sitePage(story.url), dir: "auto" }, story.title), make("span", {}, stateMark(story))),
        ),
      ),
    );

  /* The list of problems. */

  const sourceLine = (problem, [number, text]) => {
    const isHere = number === problem.line;
    const code = make("code", isHere ? { class: "here" } : {});
    const at = isHere && problem.column > 0 && problem.column <= text.length ? problem.column - 1 : -1;
    if (at < 0) code.append(text || " ");
    else {
      const word = /^(?:[\p{L}\p{N}_]+|.)/u.exec(text.slice(at))[0];
      code.append(text.slice(0, at), make("mark", {}, word), text.slice(at + word.length));
    }
    return [make("span", { class: isHere ? "number here" : "number", "aria-hidden": "true" }, String(number)), code];
  };

  const problemItem = (problem) => {
    const where = [problem.path, problem.line, problem.column].filter(Boolean).join(":");
    return make(
      "li",
      { class: problem.severity },
      make("p", { class: "head" }, make("span", { class: "mark" }, capital(problem.severity)), where && place(where, problem.editor, { class: "path" })),
      make("p", { class: "what", dir: "auto" }, ...prose(problem.what)),
      problem.lines.length ? make("pre", { dir: "ltr", translate: "no" }, ...problem.lines.flatMap((line) => sourceLine(problem, line))) : null,
      problem.fix && make("p", { class: "fix", dir: "auto" }, make("span", { class: "quiet" }, "Mend: "), ...prose(problem.fix)),
    );
  };

  const gravestFirst = (problems) => [...problems.filter(isError), ...problems.filter((each) => !isError(each))];

  /** How many there are, in one or two parts: "2 errors", "1 warning". */
  const tallies = (problems) => {
    const errors = problems.filter(isError).length;
    const warnings = problems.length - errors;
    return [errors && counted(errors, "error"), warnings && counted(warnings, "warning")].filter(Boolean);
  };
  const tally = (problems) => tallies(problems).join(", ");

  /** Where a page of the preview's own lists the problems for which there is no better page: in the same form. */
  const listOfPage = () => document.querySelector("ol.problems");

  const sheet = (problems) => {
    const errors = problems.some(isError);
    return make(
      "section",
      { class: `sheet ${errors ? "bad" : "wary"}`, "aria-labelledby": "heading", tabindex: "-1", id: "sheet" },
      make(
        "header",
        {},
        make("h2", { id: "heading" }, tally(problems)),
        make("span", { class: "quiet" }, errors ? "Behind this is the last good page." : ""),
        make("button", { "data-key": "hide", click: () => showProblems(false) }, "Hide"),
      ),
      make("ol", { tabindex: "0", "aria-label": "Problems", "data-key": "list" }, ...gravestFirst(problems).map(problemItem)),
    );
  };

  const showProblems = (open) => {
    view.open = open;
    if (!open) view.focus = "problems";
    stored("sessionStorage", "sitegen:seen", open ? null : [...view.seen]);
    draw();
    if (open) root.getElementById("sheet")?.focus();
  };

  const PANELS = { clock: clockPanel, missing: missingPanel, held: heldPanel };

  /* The bar. */

  const stateMark = ({ state, published, expires }) => {
    const words = {
      draft: published ? `Draft, for ${published.text}` : "Draft",
      scheduled: `Scheduled for ${published?.text}`,
      expires: `Expires ${expires?.text}`,
      expired: `Expired ${expires?.text}`,
    }[state];
    return words && make("span", { class: `mark ${state}` }, words);
  };

  const toggle = (name, words, attributes = {}) =>
    make(
      "button",
      {
        ...attributes,
        "data-key": name,
        "aria-expanded": String(view.panel === name),
        "aria-controls": view.panel === name ? "panel" : null,
        click: () => {
          view.panel = view.panel === name ? "" : name;
          draw();
          if (view.panel) root.querySelector("#panel input, #panel button")?.focus();
        },
      },
      words,
    );

  const length = ({ words, minutes }) =>
    words ? make("span", { class: "length" }, `${words.toLocaleString("en")} ${words === 1 ? "word" : "words"} · ${minutes} min`) : null;

  const setHidden = (hidden) => {
    view.hidden = hidden;
    view.panel = "";
    view.focus = "fold";
    stored("localStorage", "sitegen:bar", hidden ? "hidden" : null);
    draw();
  };

  const bar = (problems, connection) => {
    const facts = view.message?.facts;
    const errors = problems.some(isError);
    const dot = make("span", { class: `dot ${connection}`, "aria-hidden": "true" });
    const summary = problems.length
      ? make(
          "button",
          { class: `count ${errors ? "bad" : "wary"}`, "data-key": "problems", "aria-expanded": String(view.open), "aria-controls": view.open ? "sheet" : null, click: () => showProblems(!view.open) },
          tallies(problems)[0],
          tallies(problems)[1] && make("span", { class: "more" }, `, ${tallies(problems)[1]}`),
        )
      : null;
    const fold = make(
      "button",
      { class: "fold", "data-key": "fold", "aria-expanded": String(!view.hidden), "aria-label": view.hidden ? "Show the preview's bar" : "Hide the preview's bar", click: () => setHidden(!view.hidden) },
      view.hidden ? dot : "×",
    );
    const trouble = connection === "lost" || connection === "stuck";
    if (view.hidden) return make("aside", { class: "pill", "aria-label": "Preview" }, trouble ? make("span", { class: "words" }, CONNECTIONS[connection]) : null, summary, fold);
    return make(
      "aside",
      { class: "bar", "aria-label": "Preview" },
      make("span", { class: `connection ${connection}` }, dot, make("span", { class: trouble ? "words" : "words brief" }, CONNECTIONS[connection])),
      facts ? stateMark(facts) : null,
      toggle("clock", clockWords(), { class: now ? "clock set" : "clock" }),
      facts ? length(facts) : null,
      facts?.missing.length ? toggle("missing", `${facts.missing.length} missing`, { class: "missing" }) : null,
      facts?.held.length ? toggle("held", `${facts.held.length} not out yet`, { class: "held" }) : null,
      make("span", { class: "space" }),
      summary,
      facts?.path ? place(facts.path, facts.editor, { class: "path", dir: "ltr" }) : null,
      kind === "dashboard" ? null : make("a", { href: sitePage("/_sitegen/"), class: "all", "data-key": "all" }, "Newsroom"),
      fold,
    );
  };

  const STYLE = `
    :host {
      all: initial !important; display: block !important; block-size: var(--room, 36px) !important;
      color-scheme: light dark !important; direction: ltr !important;
      --paper: #fbfaf8; --raised: #fff; --sunk: #f1eee8; --ink: #1f1e1b; --quiet: #625e56; --line: #d8d2c6;
      --link: #0f4c81; --bad: #a3201a; --bad-ground: #fbe9e5; --wary: #775000; --wary-ground: #faf0d2;
      --later: #1b4f9c; --later-ground: #e4edfa; --fine: #2e8049; --shadow: rgb(40 35 25 / .18);
    }
    :host(.apart) { position: fixed !important; block-size: 0 !important; }
    @media (prefers-color-scheme: dark) {
      :host {
        --paper: #1b1a18; --raised: #22211e; --sunk: #2b2926; --ink: #ebe8e2; --quiet: #a9a398; --line: #403c36;
        --link: #8fc4f4; --bad: #ff9d8f; --bad-ground: #43201b; --wary: #ecc468; --wary-ground: #3a2f12;
        --later: #9cc3ff; --later-ground: #1d2e49; --fine: #6fc489; --shadow: rgb(0 0 0 / .5);
      }
    }
    @media print { :host { display: none !important; } }
    *, ::before, ::after { box-sizing: border-box; }
    [hidden] { display: none; }
    p, ol, ul, h2, pre { margin: 0; padding: 0; }
    ol, ul { list-style: none; }
    .bar, .pill, .sheet, .panel {
      position: fixed; z-index: 2147483647; color: var(--ink); background: var(--paper);
      font: 400 13px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
      font-variant-numeric: tabular-nums; text-align: start; -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
    }
    button, input { font: inherit; color: inherit; }
    button { border: 0; background: none; padding: 4.8px 8px; border-radius: 4px; cursor: pointer; }
    button:hover, .all:hover { background: var(--sunk); }
    a { color: var(--link); text-underline-offset: .18em; text-decoration-thickness: .06em; }
    :focus-visible { outline: 2px solid var(--link); outline-offset: -1px; }
    .quiet { color: var(--quiet); }
    .path, pre, code { font: 12px/1.6 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }

    .bar {
      inset-inline: 0; inset-block-end: 0; min-block-size: 36px; display: flex; align-items: center; gap: 4px 12px;
      padding: 3.2px 8px 3.2px 13.6px; border-block-start: 1px solid var(--line); white-space: nowrap;
    }
    .connection { display: inline-flex; align-items: center; gap: 7.2px; min-inline-size: 0; }
    .dot { flex: none; display: inline-block; inline-size: 8px; block-size: 8px; border-radius: 50%; background: var(--fine); }
    .dot.connecting, .dot.busy { background: var(--wary); }
    .dot.lost, .dot.stuck { background: var(--bad); }
    .connection.lost, .connection.stuck, .pill .words { color: var(--bad); font-weight: 600; }
    .mark { border-radius: 4px; padding: 2px 8px; font-weight: 600; }
    .mark.draft { background: var(--wary-ground); color: var(--wary); }
    .mark.scheduled { background: var(--later-ground); color: var(--later); }
    .mark.expires, .mark.expired { background: var(--bad-ground); color: var(--bad); }
    .clock, .missing, .held { margin-inline: -4px; }
    .clock.set { background: var(--later-ground); color: var(--later); font-weight: 600; margin-inline: 0; }
    .length { color: var(--quiet); }
    .missing, .held { color: var(--wary); }
    .space { flex: 1; }
    .bar .path { min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; color: var(--quiet); }
    .bar a.path:hover { color: var(--link); }
    .all { color: var(--ink); text-decoration: none; padding: 4.8px 8px; border-radius: 4px; }
    .count { font-weight: 600; padding-block: 1.9px; }
    .count.bad, .count.bad:hover { background: var(--bad-ground); color: var(--bad); }
    .count.wary { color: var(--wary); }
    .fold { inline-size: 28px; padding-inline: 0; font-size: 16px; line-height: 1.2; color: var(--quiet); }
    .pill {
      inset-inline-end: 12px; inset-block-end: 12px; display: flex; align-items: center; gap: 4px; padding: 2.4px 4px;
      border: 1px solid var(--line); border-radius: 999px; box-shadow: 0 1px 4px var(--shadow);
    }
    .pill .fold { block-size: 28px; border-radius: 50%; }
    .pill .words { padding-inline-start: 9.6px; }
    .pill .count { border-radius: 999px; }

    .panel {
      inset-block-end: calc(var(--bar, 36px) + 8px); inset-inline-start: 12px; inline-size: min(384px, 100vw - 24px); max-block-size: calc(100vh - var(--bar, 36px) - 16px); overflow: auto;
      display: grid; gap: 8px; justify-items: start; padding: 13.6px 16px; background: var(--raised); border: 1px solid var(--line);
      border-radius: 8px; box-shadow: 0 4px 18px var(--shadow);
    }
    .panel label { font-weight: 600; }
    .panel .row { display: flex; flex-wrap: wrap; gap: 8px; }
    .panel input { padding: 4.8px 8px; border: 1px solid var(--quiet); border-radius: 4px; background: var(--paper); }
    .panel .main { background: var(--ink); color: var(--paper); font-weight: 600; padding-inline: 14.4px; }
    .panel .main:hover { background: var(--link); }
    .panel .link { padding: 1.6px 0; color: var(--link); text-align: start; }
    .panel .link:hover { background: none; text-decoration: underline; }
    .panel ul { display: grid; gap: 9.6px; }
    .panel li { display: grid; justify-items: start; }
    .panel .names { font: 12px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }

    .sheet {
      inset-inline: 0; inset-block-end: var(--bar, 36px); max-block-size: min(50vh, 544px); display: flex; flex-direction: column;
      border-block-start: 3px solid var(--bad); box-shadow: 0 -4px 24px var(--shadow); outline: none;
    }
    .sheet.wary { border-color: var(--wary); }
    .sheet header { display: flex; align-items: center; flex-wrap: wrap; gap: 0 16px; padding: 8.8px 8px 7.2px 13.6px; }
    .sheet h2 { font-size: 15px; font-weight: 700; color: var(--bad); }
    .sheet.wary h2 { color: var(--wary); }
    .sheet header .quiet { flex: 1; }
    .sheet ol { overflow: auto; overscroll-behavior: contain; padding: 0 13.6px 8px; }
    .sheet li { padding-block: 11.2px 13.6px; border-block-start: 1px solid var(--line); overflow-wrap: anywhere; }
    .sheet li > p { max-inline-size: 1024px; }
    .head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 1.6px 9.6px; }
    .sheet .mark { font-size: 11px; font-weight: 700; padding: 1px 6px; border-radius: 3px; background: var(--bad-ground); color: var(--bad); }
    .sheet .warning .mark { background: var(--wary-ground); color: var(--wary); }
    .what { font-size: 14.5px; font-weight: 600; margin-block-start: 3.2px; }
    .what code { font-size: 13px; font-weight: inherit; }
    pre { display: grid; grid-template-columns: auto minmax(0, 1fr); margin-block: 7.2px; padding-block: 4.8px; border-radius: 4px; background: var(--sunk); white-space: pre-wrap; tab-size: 2; }
    pre > * { font: inherit; padding-inline: 12px; }
    .number { color: var(--quiet); text-align: end; user-select: none; }
    .here { background: var(--bad-ground); }
    .warning .here { background: var(--wary-ground); }
    mark { background: none; color: inherit; font-weight: 700; text-decoration: underline wavy var(--bad) 1px; text-underline-offset: .25em; }
    .warning mark { text-decoration-color: var(--wary); }
    .said { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

    @media (max-width: 60rem) { .bar .path { display: none; } }
    @media (max-width: 44rem) {
      .bar { flex-wrap: wrap; gap: 4px 8px; padding-inline: 10px 44px; }
      .bar .fold { position: absolute; inset-block-start: 4px; inset-inline-end: 8px; }
      .length, .more, .space, .words.brief { display: none; }
    }
    @media (prefers-reduced-motion: no-preference) {
      .sheet.new { animation: rise .16s ease-out; }
      .dot.busy, .dot.connecting { animation: breathe 1.2s ease-in-out infinite alternate; }
      @keyframes rise { from { transform: translateY(16px); opacity: 0; } }
      @keyframes breathe { to { opacity: .35; } }
    }
    @media (forced-colors: active) {
      .dot { background: CanvasText; forced-color-adjust: none; }
      .mark, .count { border: 1px solid; }
    }
  `;

  const host = make(HOST, { lang: "en", dir: "ltr", translate: "no" });
  const root = host.attachShadow({ mode: "open" });
  const ground = make("div");
  const said = make("p", { class: "said", role: "status" });

  /** Show what is so now. */
  const draw = () => {
    const problems = kind ? [] : (view.message?.problems ?? []);
    const errors = new Set(problems.filter(isError).map(identity));
    const isNew = [...errors].some((each) => !view.seen.has(each));
    if (isNew) view.open = true;
    if (!problems.length || (!errors.size && view.seen.size)) view.open = false; // it goes away by itself
    if (view.message) view.seen = errors;
    if (view.message && !errors.size) stored("sessionStorage", "sitegen:seen", null);
    if (["missing", "held"].includes(view.panel) && !view.message?.facts?.[view.panel].length) view.panel = "";
    const connection = view.connection === "live" && view.message.busy ? "busy" : view.connection;

    const focused = view.focus ?? root.activeElement?.dataset.key;
    view.focus = null;
    const scrolled = root.querySelector(".sheet ol")?.scrollTop ?? 0;
    const panel = view.panel === "clock" && ground.dataset.panel === "clock" ? root.getElementById("panel") : null; // with what is typed in it
    const list = view.open ? sheet(problems) : null;
    if (list && isNew) list.classList.add("new");
    const foot = bar(problems, connection);
    ground.replaceChildren(...[list, foot, view.panel && !view.hidden ? (panel ?? PANELS[view.panel]()) : null].filter(Boolean));
    ground.dataset.panel = view.panel;
    if (list) list.querySelector("ol").scrollTop = scrolled;
    if (focused) root.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
    if (kind === "problems" && view.message?.problems.length) listOfPage()?.replaceChildren(...gravestFirst(view.message.problems).map(problemItem));

    // The page can be scrolled to its end, whatever covers it.
    const footing = view.hidden ? 0 : foot.offsetHeight;
    host.style.setProperty("--bar", `${footing}px`);
    host.style.setProperty("--room", `${footing + (list?.offsetHeight ?? 0)}px`);

    const words = connection === "lost" || connection === "stuck" ? CONNECTIONS[connection] : problems.length ? tally(problems) : "";
    if (said.textContent !== words) said.textContent = words;
  };

  /* ── Beginning ──────────────────────────────────────────────────────────────────────────────────────────────────── */

  const styles = new CSSStyleSheet();
  styles.replaceSync(STYLE);
  root.adoptedStyleSheets = [styles];
  root.append(ground, said);
  // After the body, which is the site's; where the root has its own idea of what stands beside a body, above it all.
  host.classList.toggle("apart", getComputedStyle(document.documentElement).display !== "block");
  if (!isFramed()) document.documentElement.append(host);
  if (now) keepClock();
  restore();
  draw();
  connect();

  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (view.panel) {
      [view.focus, view.panel] = [view.panel, ""];
      draw();
    } else if (view.open) showProblems(false);
  });
  addEventListener("resize", draw);
  addEventListener("online", reconnect);
  // To load this page anew while another is on its way would call off the way there.  Whether it was none (a download,
  // the address of an editor), or the reader stopped it, nobody tells: so the server is asked again a little later.
  addEventListener("beforeunload", () => {
    disconnect();
    timer = setTimeout(connect, DEPARTURE);
  });
  addEventListener("pagehide", () => {
    disconnect(); // a page with a connection, or a lock, is not kept for the back button
    leaveSeat();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    leaving = false;
    reconnect();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") takeSeat();
    else {
      leaveSeat();
      reconnect();
    }
  });
})();
