// What tasks have made, as links.

import { html, nothing } from '/assets/lit-html/lit-html.js';
import { size, taskPath } from '/assets/status.js';
import { lastAttempt } from '/assets/tasks.js';

const SHOWN = 100;

/** One artifact, as a link that saves it. */
export function artifact({ name, sha256, files, bytes }) {
  return html`<a class="button" href=${`/api/v1/blobs/${sha256}`} download=${`${name}.tar.gz`}>${name}
    <span>${files} file${files === 1 ? '' : 's'}, ${size(bytes)}</span></a>`;
}

/** Those of a run, by task. */
export function artifacts(run, tasks) {
  const makers = tasks.filter((task) => lastAttempt(task)?.artifacts?.length);
  if (makers.length === 0) return nothing;
  const count = makers.reduce((sum, task) => sum + lastAttempt(task).artifacts.length, 0);
  return html`<details class="made">
    <summary>${count} artifact${count === 1 ? '' : 's'}${makers.length > 1 ? ` of ${makers.length} tasks` : ''}</summary>
    <ul>${makers.slice(0, SHOWN).map((task) => html`<li><a href=${taskPath(run, task.index)}>${task.name}</a> ${lastAttempt(task).artifacts.map(artifact)}</li>`)}</ul>
    ${makers.length > SHOWN ? html`<p class="notice">and those of ${makers.length - SHOWN} more tasks, on their own pages</p>` : nothing}
  </details>`;
}
