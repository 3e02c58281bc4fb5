// One event stream a page. What comes is JSON; a lost connection is told in the header and mended by itself.

const RETRY_MS = 2000;

function tell(state, text) {
  const link = document.getElementById('link');
  link.className = 'link ' + state;
  link.textContent = text;
}

/**
 * Follows a stream for as long as the page lives.
 * @param {string} url
 * @param {Object<string, function(any): void>} handlers by event name
 * @param {string} last id of the last event that was seen, where the stream has ids
 */
export function follow(url, handlers, last = '') {
  const source = new EventSource(last ? `${url}?lastEventId=${encodeURIComponent(last)}` : url);
  source.onopen = () => tell('live', 'live');
  source.onerror = () => {
    tell('lost', 'reconnecting');
    // The browser mends a broken connection itself, but gives up on an answer that is an error.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(url, handlers, last), RETRY_MS);
  };
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => {
      last = event.lastEventId;
      handle(JSON.parse(event.data));
    });
  }
  addEventListener('pagehide', () => source.close(), { once: true });
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); }, { once: true });
}

/** Makes one function out of many calls: it runs once before the next frame, or soon if the page is not shown. */
export function eachFrame(work) {
  let due = false;
  const run = () => { due = false; work(); };
  return () => {
    if (due) return;
    due = true;
    if (document.hidden) setTimeout(run, 250); else requestAnimationFrame(run);
  };
}
