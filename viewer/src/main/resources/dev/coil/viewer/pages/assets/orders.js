// What a person can tell a run to do: buttons that post to the API, and the words of a refusal.

import { html, nothing } from '/assets/lit-html/lit-html.js';

/** The news of what an order has changed comes a moment after its answer. */
const NEWS_MS = 1500;

export class Orders {
  /** @param {() => void} changed is called when the buttons look different */
  constructor(project, number, changed) {
    this.base = `/api/v1/projects/${encodeURIComponent(project)}/runs/${number}`;
    this.changed = changed;
    this.pending = new Set();
    this.refused = null;
    this.asking = false;
    /** Changes whenever a button looks different. */
    this.version = 0;
  }

  /**
   * A button for one order.
   * @param {'cancel' | 'retry'} verb
   * @param {number | null} task null for the whole run
   */
  button(verb, task, label, title = label) {
    const pending = this.pending.has(`${verb} ${task}`);
    return html`<button class="button order" data-order=${`${verb} ${task ?? 'run'}`} title=${title} aria-label=${title} ?disabled=${pending}
      @click=${() => this.send(verb, task, label)}>${label}${pending ? ' …' : ''}</button>`;
  }

  /** The button that cancels a whole run asks first, in its own place. */
  cancelRun(open) {
    if (!this.asking) {
      return html`<button class="button order" data-order="ask" ?disabled=${this.pending.has('cancel null')} @click=${() => this.ask(true)}>
        ${this.pending.has('cancel null') ? 'Cancel run …' : 'Cancel run'}</button>`;
    }
    return html`<span class="asking" role="group" aria-label="Cancel this run?">
      <span>Cancel ${open === 1 ? 'the one task that has' : `all ${open.toLocaleString('en')} tasks that have`} not finished?</span>
      <button class="button order danger" data-order="cancel run" @click=${() => { this.asking = false; this.send('cancel', null, 'Cancel run'); }}>Cancel run</button>
      <button class="button" data-order="keep" @click=${() => this.ask(false)}>Keep it</button></span>`;
  }

  ask(asking) {
    this.asking = asking;
    this.redraw();
    requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector(`[data-order="${asking ? 'keep' : 'ask'}"]`)?.focus()));
  }

  /** Why the last order was not carried out. */
  refusal() {
    return this.refused === null ? nothing : html`<p class="refusal panel" role="alert"><span>${this.refused}</span>
      <button class="button" @click=${() => { this.refused = null; this.redraw(); }}>Dismiss</button></p>`;
  }

  async send(verb, task, label) {
    const key = `${verb} ${task}`;
    if (this.pending.has(key)) return;
    this.pending.add(key);
    this.refused = null;
    this.redraw();
    const refused = await post(`${this.base}/${verb}`, task === null ? {} : { task });
    this.refused = refused === null ? null : `${label}: ${refused}`;
    if (refused === null) await new Promise((go) => setTimeout(go, NEWS_MS));
    this.pending.delete(key);
    this.redraw();
  }

  redraw() {
    this.version++;
    this.changed();
  }
}

/** @returns why it was refused; null if it was not */
async function post(url, body) {
  try {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (answer.ok) return null;
    const said = await answer.json().catch(() => ({}));
    return said.error ?? `the node answered with status ${answer.status}`;
  } catch {
    return 'the node does not answer; look whether it runs, and try again';
  }
}
