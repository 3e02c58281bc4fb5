// What operators have paused, on the pages of everything.

import { html, nothing } from '/assets/lit-html/lit-html.js';
import { repeat } from '/assets/lit-html/directives/repeat.js';
import { fullTime, millis } from '/assets/clock.js';
import { icon } from '/assets/status.js';

/** A line for each pause of a project or of a kind of machines; a drained worker says so itself. */
export function paused(pauses) {
  const shown = pauses.filter(({ kind }) => kind !== 'worker');
  if (shown.length === 0) return nothing;
  return html`<ul class="paused panel" aria-label="What is paused">${repeat(shown, ({ kind, name }) => `${kind} ${name}`, (pause) => html`<li>
    ${icon('ready')}
    <span><b>${pause.kind === 'project' ? `project ${pause.name}` : pause.name}</b> is paused by ${pause.by}
      <time datetime=${pause.since} title=${fullTime(millis(pause.since))}><coil-age at=${millis(pause.since)}></coil-age></time>${pause.until ? html` until <time datetime=${pause.until}>${fullTime(millis(pause.until))}</time>` : nothing}${pause.reason ? `: ${pause.reason}` : nothing}</span>
  </li>`)}</ul>`;
}
