// The lines that say what went wrong, of the failed tasks that a page shows: asked for when a task has failed, a few at a time.

import { runApi } from '/assets/status.js';
import { lastAttempt } from '/assets/tasks.js';

const AT_ONCE = 4;
/** A page that is left open, of a run that fails again and again, asks no more than this. */
const MOST_ASKED = 300;
/** The end of a log may come after the news of the task's end. */
const AGAIN_MS = 1000;
const TRIES = 5;

export const errorsUrl = (run, index, attempt) => `${runApi(run.project, run.number)}/tasks/${index}/attempts/${attempt}/log/errors`;

/** @returns {Promise<{lines: {line: number, stream: string, text: string}[], more: number}>} empty where there is no answer */
export async function fetchErrors(url, tries = TRIES) {
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    const found = answer?.ok ? await answer.json() : { lines: [], more: 0 };
    if (!answer?.ok || answer.headers.get('coil-log-complete') === 'true' || --tries <= 0) return found;
    await new Promise((go) => setTimeout(go, AGAIN_MS));
  }
}

/** What is known of the failed tasks of a run. */
export class Errors {
  /** @param {() => void} changed is called when more is known */
  constructor(changed) {
    this.changed = changed;
    this.found = new Map();
    this.queue = [];
    this.busy = 0;
  }

  /** The errors of a task's last attempt; null while they are not known. Asks for them at the first call. */
  of(run, task) {
    const attempt = lastAttempt(task);
    if (!attempt || attempt.logBytes === 0) return null;
    const key = `${task.index}/${attempt.number}`;
    if (!this.found.has(key) && this.found.size < MOST_ASKED) {
      this.found.set(key, null);
      this.queue.push({ key, url: errorsUrl(run, task.index, attempt.number) });
      this.next();
    }
    return this.found.get(key) ?? null;
  }

  async next() {
    if (this.busy >= AT_ONCE || this.queue.length === 0) return;
    this.busy++;
    const { key, url } = this.queue.shift();
    this.found.set(key, await fetchErrors(url));
    this.busy--;
    this.changed();
    this.next();
  }
}

/** What two failures for the same cause have in common, whatever numbers they print. */
export const alike = (text) => text.replace(/\d+/g, '0');
