/* The page's connection to the server, for as long as somebody may look at the page.

   We connect anew ourselves: the browser would ask again for the page that it first asked for, and give up at a
   proxy's error.  A browser has six connections to a server, for all its tabs: of those that nobody sees only a few
   keep theirs, the others ask when they are looked at. */

import { base, now, page, sentDigest } from "./page.js";
import { stream } from "./stream.js";
import { redraw, view } from "./view.js";

const FIRST_WAIT = 250; // milliseconds
const LONGEST_WAIT = 4000;
const DEPARTURE = 2000;
const SEATS = ["sitegen:seat:1", "sitegen:seat:2"];

/** What the page knows: the digest of its bytes, and the `revision` of the last message and the `server` that sent it. */
export const known = { digest: sentDigest, heard: {} };

let heed = () => {};
let isOpen = false;
let isLeaving = false;
let wait = FIRST_WAIT;
let timer = 0;
let giveUpSeat = null;

/** Whether the page is about to be replaced by another. */
export const leaving = () => isLeaving;

const connect = () => {
  clearTimeout(timer);
  if (isOpen || isLeaving) return;
  isOpen = true;
  const query = new URLSearchParams({ page, digest: known.digest, ...known.heard });
  if (now) query.set("now", now);
  stream.open(`${base}/_sitegen/events?${query}`, (text) => {
    if (text === null) return lost();
    wait = FIRST_WAIT;
    return heed(JSON.parse(text));
  });
};

const disconnect = () => {
  clearTimeout(timer);
  if (isOpen) stream.close();
  isOpen = false;
};

const lost = () => {
  disconnect();
  view.connection = "lost";
  redraw();
  timer = setTimeout(connect, wait);
  wait = Math.min(wait * 1.6, LONGEST_WAIT);
};

const reconnect = () => {
  wait = FIRST_WAIT;
  connect();
};

/** Hear nothing more: the page is about to be replaced. */
export const leave = () => {
  isLeaving = true;
  disconnect();
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

/** Begin to listen; every message is given to *listener*. */
export const listen = (listener) => {
  heed = listener;
  connect();
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
    isLeaving = false;
    reconnect();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") takeSeat();
    else {
      leaveSeat();
      reconnect();
    }
  });
};
