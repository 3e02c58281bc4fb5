// Why a task waits, and about how long it still will, as the node says it.

import { html, nothing } from '/assets/lit-html/lit-html.js';
import { duration } from '/assets/clock.js';
import { icon, taskPath } from '/assets/status.js';

/** How long an answer is good for: what is before the task moves on without an event of its own. */
const EVERY = 10_000;

const SHOWN = 3;

const isWaiting = (task) => task.state === 'waiting' || task.state === 'ready';

export class Waits {
  /** @param url of the answer; @param changed called when there is another one */
  constructor(url, changed) {
    this.url = url;
    this.changed = changed;
    this.answer = null;
    this.timer = null;
    this.task = null;
  }

  /** The task has changed: asks as long as it waits. */
  follow(task) {
    this.task = task;
    if (!isWaiting(task)) this.answer = null;
    clearTimeout(this.timer);
    this.ask();
  }

  async ask() {
    if (!isWaiting(this.task)) return;
    try {
      const response = await fetch(this.url);
      if (response.ok && isWaiting(this.task)) {
        this.answer = await response.json();
        this.changed();
      }
    } catch {
      // The node is away: what it last said stands until it is back.
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), EVERY);
  }

  /** Whether there is an answer to show. */
  has(task) {
    return isWaiting(task) && this.answer?.reasons.length > 0;
  }

  reasons(task) {
    if (!this.has(task)) return nothing;
    return html`<section class="waits" aria-label="Why it waits"><ul>${this.answer.reasons.map((reason) => html`<li data-kind=${reason.kind}>
      ${reason.text}${reason.tasks.slice(0, SHOWN).map((each) => html` <a href=${taskPath({ project: each.project, number: each.run }, each.index)}>${icon(each.state)} ${each.name}</a>`)}</li>`)}</ul>
      <p class="when">${this.when()}</p></section>`;
  }

  when() {
    const millis = this.answer.startsInMillis;
    if (millis === null) return 'When it will start is not known.';
    if (this.answer.reasons.some((reason) => reason.kind === 'needs')) return `What it needs will have ended in about ${duration(millis)}.`;
    return millis === 0 ? 'It will start in a moment.' : `It will start in about ${duration(millis)}.`;
  }
}
