// Times for people: durations that count while something runs, and ages that grow.

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const two = (n) => String(n).padStart(2, '0');

/** Milliseconds since the epoch of an ISO time; null of null. */
export const millis = (iso) => (iso === null || iso === undefined ? null : Date.parse(iso));

/** In the words of the command line: 0.4 s, 12 s, 3 min 04 s, 2 h 05 min. */
export function duration(ms) {
  if (ms < 0) ms = 0;
  if (ms < 9950) return (ms / SECOND).toFixed(1) + ' s';
  const seconds = Math.round(ms / SECOND);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${two(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

export function age(ms) {
  if (ms < 5 * SECOND) return 'just now';
  if (ms < MINUTE) return Math.floor(ms / SECOND) + ' s ago';
  if (ms < HOUR) return Math.floor(ms / MINUTE) + ' min ago';
  if (ms < 2 * DAY) return Math.floor(ms / HOUR) + ' h ago';
  return Math.floor(ms / DAY) + ' d ago';
}

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

const ticking = new Set();
setInterval(() => ticking.forEach((element) => element.show()), SECOND);

/** An element whose text follows the clock. */
class Ticking extends HTMLElement {
  static observedAttributes = ['at'];
  connectedCallback() { ticking.add(this); this.show(); }
  disconnectedCallback() { ticking.delete(this); }
  attributeChangedCallback() { if (this.isConnected) this.show(); }
  show() {
    const at = Number(this.getAttribute('at'));
    const text = this.text(Date.now() - at);
    if (text !== this.textContent) this.textContent = text;
  }
}

/** <coil-running at="…">: how long since then. */
customElements.define('coil-running', class extends Ticking {
  text(ms) { return ms < 10 * SECOND ? `${Math.max(0, Math.floor(ms / SECOND))} s` : duration(ms); }
});

/** <coil-age at="…">: "3 min ago". */
customElements.define('coil-age', class extends Ticking {
  text(ms) { return age(ms); }
});

/** The full local time, for titles. */
export const fullTime = (ms) => local.format(ms);

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
export const timeOfDay = (ms) => clockTime.format(ms);
