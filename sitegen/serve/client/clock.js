/* The moment that the page shows, and the form that sets it: in the site's zone, whatever the browser's.

   The browser knows zones and the server is told an instant, so the instant is found from the time that clocks show. */

import { make } from "./elements.js";
import { now } from "./page.js";
import { setClock } from "./travel.js";
import { view } from "./view.js";

/** The moment that is shown, if it is not the present: as the server understands the address, or as its own clock stands. */
const shown = () => view.message?.as_of || now;
const moment = () => Date.parse(shown()); // NaN if there is none, or one that only the server understands
const zone = () => view.message?.facts?.zone;

/** The time that clocks in the site's zone show at *instant*, as a field takes it: 2026-06-18T09:00. */
const localTime = (instant) => {
  const digits = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone(), hourCycle: "h23", ...digits });
  const { year, month, day, hour, minute } = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${year.padStart(4, "0")}-${month}-${day}T${hour}:${minute}`;
};

/** The instant at which clocks in the site's zone show *local*. */
const instantOf = (local) => {
  const wanted = Date.parse(`${local}Z`);
  let instant = wanted;
  for (let turn = 0; turn < 2; turn += 1) instant += wanted - Date.parse(`${localTime(instant)}Z`);
  return `${new Date(instant).toISOString().slice(0, 16)}Z`;
};

const inWords = (instant) =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone: zone(), day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    timeZoneName: zone() ? undefined : "short",
  }).format(instant).replace(" at ", ", ");

/** Whether another moment than the present is shown. */
export const isSet = () => shown() !== "";

/** What the bar says of the clock. */
export const clockWords = () => {
  if (!isSet()) return "As of now";
  return `As of ${Number.isNaN(moment()) ? shown() : inWords(moment())}`;
};

/** What leads back to the clock of the preview, which may have been told to stand. */
const back = () => {
  const clock = view.message?.clock;
  return jump(clock ? `Back to the preview's clock: ${inWords(Date.parse(clock))}` : "Back to now", "");
};

const jump = (words, instant) => make("button", { type: "button", class: "link", click: () => setClock(instant) }, words);

/** The form that sets the clock. */
export const clockPanel = () => {
  const { published, expires } = view.message?.facts ?? {};
  const value = localTime(Number.isNaN(moment()) ? Date.now() : moment());
  const field = make("input", { type: "datetime-local", id: "at", required: true, value });
  const submit = (event) => {
    event.preventDefault();
    setClock(instantOf(field.value));
  };
  return make(
    "form",
    { class: "panel", id: "panel", "aria-label": "The site at another time", submit },
    make("label", { for: "at" }, "See the site as of"),
    make("div", { class: "row" }, field, make("button", { class: "main" }, "Show")),
    make("p", { class: "quiet" }, `Time in ${zone() ?? "your own zone"}`),
    published && jump(`When it is published: ${published.text}`, published.iso),
    expires && jump(`When it has expired: ${expires.text}`, expires.iso),
    now && back(),
  );
};
