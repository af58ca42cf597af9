/* The worker of a page that may not connect to anybody itself: it listens to one stream of events for it. */

let source = null;

onmessage = ({ data: { turn, address } }) => {
  source?.close();
  source = address ? new EventSource(address) : null;
  if (!source) return;
  source.onmessage = ({ data }) => postMessage({ turn, text: data });
  source.onerror = () => {
    source?.close();
    postMessage({ turn, text: null });
  };
};
