/* The browser's side of the preview: keeps the page true, shows what is wrong with the site, and says what the page is.

   The server sends the whole state as of a revision, one message a change; what the message says is done here, and what
   it holds is shown. */

import { isDrawn, show } from "./draw.js";
import { known, leaving, listen } from "./listening.js";
import { now } from "./page.js";
import { restorePlace } from "./place.js";
import { swap } from "./swap.js";
import { follow, keepClock, reload } from "./travel.js";
import { redraw, view } from "./view.js";

const act = ({ action, swaps, go, revision, server, page: { digest } }, before) => {
  // What changed while there was no server, such as a picture under its old address, the next one does not know; nor
  // does it have the last good state of a page that cannot be made now, which stays until there is a good one.
  if ("server" in before && before.server !== server) {
    if (digest) reload(`${server} ${revision}`);
    else known.heard = before;
  } else if (action === "swap" && !swap(swaps, revision)) reload(digest);
  else if (action === "reload") reload(digest);
  else if (action === "go") follow(go);
  else known.digest = digest || known.digest; // none if it cannot be made now, and then the last good one stays
};

const obey = (message) => {
  const before = known.heard;
  known.heard = { revision: message.revision, server: message.server };
  // Of a page that cannot be made now nothing is known but what was: its last good state is what is shown.
  const facts = message.facts ?? (message.page.digest ? null : (view.message?.facts ?? null));
  view.message = { ...message, facts };
  view.connection = "live";
  act(message, before);
  if (!leaving()) redraw();
};

const begin = () => {
  if (isDrawn()) return;
  if (now) keepClock();
  restorePlace();
  show();
  listen(obey);
};

// As soon as the page is there, whatever it still waits for.
if (document.readyState === "loading") document.addEventListener("readystatechange", begin, { once: true });
else begin();
