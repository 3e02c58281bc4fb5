// One event stream a page. What comes is JSON; a lost connection is told in the header and mended by itself.

const RETRY_MS = 2000;
const LONG_FRAME_MS = 30;
const REST_FACTOR = 4;
const MOST_REST_MS = 500;

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
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => follow(url, handlers, last), RETRY_MS);
    logInIfNeeded();
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

/** Whether the login is over, which an event source does not tell: then to where one logs in. */
async function logInIfNeeded() {
  const answer = await fetch('/api/v1/access/me').catch(() => null);
  if (answer?.status === 401) location.assign('/login?to=' + encodeURIComponent(location.pathname + location.search + location.hash));
}

/**
 * Makes one function out of many calls: it runs once before the next frame, or soon if the page is not shown. Where the work and what
 * the browser makes of it take long, it runs less often, so that most of the time is left to the user and to what comes.
 */
export function eachFrame(work) {
  let due = false;
  let notBefore = 0;
  const run = () => {
    const from = performance.now();
    due = false;
    work();
    // A timer fires when the frame has been laid out and painted.
    setTimeout(() => {
      const took = performance.now() - from;
      notBefore = took > LONG_FRAME_MS ? from + took * REST_FACTOR : 0;
    });
  };
  return () => {
    if (due) return;
    due = true;
    const wait = notBefore - performance.now();
    if (document.hidden) setTimeout(run, 250);
    else if (wait > 0) setTimeout(() => requestAnimationFrame(run), Math.min(wait, MOST_REST_MS));
    else requestAnimationFrame(run);
  };
}
