// What tasks have made, as links.

import { html, nothing } from '/assets/lit-html/lit-html.js';
import { fullTime, millis } from '/assets/clock.js';
import { runApi, size, taskPath } from '/assets/status.js';
import { lastAttempt } from '/assets/tasks.js';

const SHOWN = 100;

/**
 * The page of a directory of an artifact.
 * @param {{run: {project: string, number: number}, index: number, attempt: number | string, name: string}} of
 * @param {string} path empty, or with a slash at its end
 */
export function pageUrl({ run, index, attempt, name }, path = '') {
  const query = new URLSearchParams({ attempt });
  if (path) query.set('path', path);
  return `${taskPath(run, index)}/artifacts/${encodeURIComponent(name)}?${query}`;
}

/** A file out of an artifact. */
export function fileUrl({ run, index, attempt, name }, path) {
  return `${runApi(run.project, run.number)}/tasks/${index}/attempts/${attempt}/artifacts/${encodeURIComponent(name)}/files/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** Whether an artifact is not kept any more; of a run that goes on all are. */
export const isExpired = (run, { expiresAt }) => run.state === 'finished' && expiresAt !== null && millis(expiresAt) <= Date.now();

/** One artifact, as links to what is in it and to all of it, or when it expired. */
export function artifact(run, index, attempt, { name, sha256, files, bytes, expiresAt }) {
  if (isExpired(run, { expiresAt })) return html`<span class="expired">${name} expired on <time datetime=${expiresAt}>${fullTime(millis(expiresAt))}</time></span>`;
  return html`<span class="artifact" title=${expiresAt ? `Expires on ${fullTime(millis(expiresAt))}` : nothing}><a class="button" href=${pageUrl({ run, index, attempt, name })}>${name}
    <span>${files} file${files === 1 ? '' : 's'}, ${size(bytes)}</span></a><a class="button" href=${`/api/v1/blobs/${sha256}`}
    download=${`${name}.tar.gz`} title="Download all of it" aria-label=${`Download ${name}`}>↓</a></span>`;
}

/** Those of a run, by task. */
export function artifacts(run, tasks) {
  const makers = tasks.filter((task) => lastAttempt(task)?.artifacts?.length);
  if (makers.length === 0) return nothing;
  const count = makers.reduce((sum, task) => sum + lastAttempt(task).artifacts.length, 0);
  return html`<details class="made">
    <summary>${count} artifact${count === 1 ? '' : 's'}${makers.length > 1 ? ` of ${makers.length} tasks` : ''}</summary>
    <ul>${makers.slice(0, SHOWN).map((task) => html`<li><a href=${taskPath(run, task.index)}>${task.name}</a> ${lastAttempt(task).artifacts.map((each) => artifact(run, task.index, lastAttempt(task).number, each))}</li>`)}</ul>
    ${makers.length > SHOWN ? html`<p class="notice">and those of ${makers.length - SHOWN} more tasks, on their own pages</p>` : nothing}
  </details>`;
}
