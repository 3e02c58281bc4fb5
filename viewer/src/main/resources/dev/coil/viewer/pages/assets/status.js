// Phases and outcomes: their names, their icons, and the bar that sums up a run.

import { html, nothing } from '/assets/lit-html/lit-html.js';

const BAD = new Set(['failure', 'error', 'timeout', 'cancelled']);
const WORDS = { success: 'passed', failure: 'failed', error: 'error', timeout: 'timed out' };

export const word = (status) => WORDS[status] ?? status;

/** How a task stands: its outcome, or its phase while it has none. */
export const statusOf = (task) => task.outcome ?? task.state;

/** How a run stands; its outcome may be known while tasks still run. */
export const runStatus = (run) => run.outcome ?? 'running';

export const isBad = (outcome) => BAD.has(outcome);

/** @param {{allowed?: boolean, large?: boolean, open?: boolean}} look open: the outcome is known, but something still runs */
export function icon(status, { allowed = false, large = false, open = false } = {}) {
  const classes = `icon ${status}${allowed && isBad(status) ? ' allowed' : ''}${large ? ' large' : ''}${open ? ' open' : ''}`;
  return html`<span class=${classes} role="img" aria-label=${word(status) + (allowed && isBad(status) ? ', allowed' : '')}></span>`;
}

/** What went wrong, in the words of the command line: ["2 failed", "1 timed out"]. */
export const wrongs = (counts) => ['failure', 'timeout', 'error'].filter((outcome) => counts[outcome])
  .map((outcome) => ({ outcome, text: `${counts[outcome].toLocaleString('en')} ${word(outcome)}` }));

const SEGMENTS = ['failure', 'error', 'timeout', 'success', 'cancelled', 'skipped', 'running'];

/** Counts by outcome as a bar; the rest waits. */
export function bar(counts, thick = false) {
  const waiting = counts.waiting + counts.ready;
  const text = `${counts.finished} of ${counts.total} tasks finished`;
  return html`<div class="bar ${thick ? 'thick' : ''}" role="img" aria-label=${text}>
    ${SEGMENTS.map((s) => (counts[s] ? html`<i class=${s} .style=${`flex-grow:${counts[s]}`} title=${`${counts[s]} ${word(s)}`}></i>` : nothing))}
    ${waiting ? html`<i class="waiting" .style=${`flex-grow:${waiting}`}></i>` : nothing}
  </div>`;
}

/** "main" of "refs/heads/main". */
export const shortRef = (ref) => ref.replace(/^refs\/(heads|tags|pull)\//, '');

export const shortCommit = (commit) => (commit ? commit.slice(0, 8) : '');

export const runPath = (run) => `/runs/${encodeURIComponent(run.project)}/${run.number}`;
export const taskPath = (run, index) => `${runPath(run)}/tasks/${index}`;
export const runApi = (project, number) => `/api/v1/runs/${encodeURIComponent(`${project}#${number}`)}`;

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
export function size(bytes) {
  let unit = 0;
  while (bytes >= 1024 && unit < UNITS.length - 1) { bytes /= 1024; unit++; }
  return `${unit && bytes < 10 ? bytes.toFixed(1) : Math.round(bytes)} ${UNITS[unit]}`;
}
