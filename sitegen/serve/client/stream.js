/* One stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

   A page may have a policy that forbids it to connect to anybody.  A worker has a policy of its own, and may be started
   as long as the page's is not read yet: this script comes before it. */

import { base, guarded } from "./page.js";

/** Streams of a worker, which answers to numbered requests. */
const inWorker = (worker) => {
  let turn = 0;
  return {
    open(address, tell) {
      turn += 1;
      worker.onmessage = ({ data }) => data.turn === turn && tell(data.text);
      worker.postMessage({ turn, address: new URL(address, location.href).href });
    },
    close() {
      worker.onmessage = null;
      worker.postMessage({ address: "" });
    },
  };
};

const inPage = () => {
  let source = null;
  return {
    open(address, tell) {
      source = new EventSource(address);
      source.onmessage = ({ data }) => tell(data);
      source.onerror = () => tell(null);
    },
    close() {
      source?.close();
      source = null;
    },
  };
};

const chosen = () => {
  try {
    if (guarded !== undefined) return inWorker(new Worker(`${base}/_sitegen/listener.js`));
  } catch {
    /* forbidden, too */
  }
  return inPage();
};

/** `open` an address, whose messages are told one by one, and null once it is lost; and `close` it. */
export const stream = chosen();
