// What went wrong, before everything else: failed tasks with their reasons and last lines, and why tasks were skipped.

import { html, nothing } from '/assets/lit-html/lit-html.js';
import { guard } from '/assets/lit-html/directives/guard.js';
import { repeat } from '/assets/lit-html/directives/repeat.js';
import { icon, isBad, runApi, taskPath, wrongs } from '/assets/status.js';
import { lastAttempt, reason, took } from '/assets/tasks.js';
import { strip } from '/assets/ansi.js';
import { alike } from '/assets/errors.js';

const SHOWN = 30;
/** The errors of this many failures are looked at, so that equal ones stand together. */
const LOOKED_AT = 250;
/** Of an error line, in characters. */
const LONGEST = 240;
const TAIL_BYTES = 4096;
const TAIL_LINES = 12;
/** The last lines of this many failures are open from the beginning, where no line of the log says what went wrong. */
const OPEN = 2;

const tails = new WeakMap();

/** The failed tasks, those that may not fail first. */
export function problems(run, tasks, errors, orders) {
  const failed = tasks.filter((task) => isBad(task.outcome) && task.outcome !== 'cancelled')
    .sort((a, b) => Number(a.allowFailure) - Number(b.allowFailure) || a.index - b.index);
  if (failed.length === 0) return nothing;
  const must = failed.filter((task) => !task.allowFailure);
  const required = must.length;
  const { groups, left } = grouped(run, failed, errors);
  return html`<section class="problems panel ${required ? '' : 'allowed'}" aria-label="Failed tasks">
    <h2>${required ? wrongs(tally(must)).map(({ text }) => text).join(', ') : 'Failures that are allowed'}${required && failed.length > required ? html`<span>, and ${failed.length - required} allowed ${failed.length - required === 1 ? 'failure' : 'failures'}</span>` : nothing}</h2>
    <ul>${repeat(groups, ({ task }) => task.index, ({ task, found, others }, place) => guard([task, found, others.length, orders.version],
      () => problem(run, task, found, others, orders, place < OPEN && !task.allowFailure)))}</ul>
    ${left > 0 ? html`<p class="notice">and ${left} more: choose “failed” below</p>` : nothing}
  </section>`;
}

const tally = (tasks) => tasks.reduce((counts, { outcome }) => ({ ...counts, [outcome]: (counts[outcome] ?? 0) + 1 }), {});

/** As many failures as are shown: those of one matrix that fail with the same words, or without any, stand together. */
function grouped(run, failed, errors) {
  const groups = [];
  const byText = new Map();
  let taken = 0;
  for (const task of failed) {
    const found = taken < LOOKED_AT ? errors.of(run, task) : null;
    const text = found?.lines[0]?.text;
    // Where no line says why, or is not known yet, those that ended in the same way stand together.
    const key = `${task.base}\n${task.allowFailure}\n${text === undefined ? `\n${alike(reason(task))}` : alike(text)}`;
    const first = byText.get(key);
    if (first) {
      first.others.push(task);
    } else {
      if (groups.length === SHOWN) break;
      const group = { task, found, others: [] };
      groups.push(group);
      byText.set(key, group);
    }
    taken++;
  }
  return { groups, left: failed.length - taken };
}

function problem(run, task, found, others, orders, open) {
  const attempt = lastAttempt(task);
  const ended = task.state === 'finished';
  return html`<li class="problem ${task.allowFailure ? 'may' : ''}">
    ${icon(task.outcome, { allowed: task.allowFailure })}
    <div class="problem-what">
      <div class="problem-line">
        <a class="problem-name" href=${taskPath(run, task.index)}>${task.name}</a>
        <span class="word ${task.outcome}">${reason(task)}</span>
        ${task.allowFailure ? html`<span class="tag">allowed to fail</span>` : nothing}
        <span class="problem-facts">
          ${attempt ? html`<span>${attempt.worker}</span>` : nothing}
          ${task.attemptCount > 1 ? html`<span>${task.attemptCount} attempts</span>` : nothing}
          ${took(task) ? html`<span>${took(task)}</span>` : nothing}
          ${ended ? orders.button('retry', task.index, 'Retry', `Retry ${task.name}`) : nothing}
        </span>
      </div>
      ${found?.lines.length ? firstError(run, task, found) : nothing}
      ${others.length ? html`<details class="alike"><summary>and ${others.length === 1 ? '1 other' : `${others.length} others`} alike</summary>
        <span>${others.map((other) => html`<a href=${taskPath(run, other.index)}>${other.name}</a> `)}</span></details>` : nothing}
      ${attempt && attempt.logBytes !== 0 ? html`<details ?open=${open && found?.lines.length === 0} @toggle=${(event) => event.target.open && tail(event.target, run, task)}>
        <summary>last lines</summary><pre></pre></details>` : nothing}
    </div>
  </li>`;
}

/** The first line that says what went wrong, and where it stands. */
function firstError(run, task, { lines: [first, ...others], more }) {
  const text = first.text.trim();
  const count = others.length + more;
  return html`<a class="problem-error" href=${`${taskPath(run, task.index)}#L${first.line}`} title=${text}>
    <code>${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}</code>
    <span>line ${first.line.toLocaleString('en')}${count ? `, ${count} more` : ''}</span></a>`;
}

/** Fetches the end of a failed task's log when it is opened. */
async function tail(details, run, task) {
  const attempt = lastAttempt(task);
  if (tails.get(details) === attempt.number) return;
  tails.set(details, attempt.number);
  const url = `${runApi(run.project, run.number)}/tasks/${task.index}/attempts/${attempt.number}/log`;
  const range = attempt.logBytes > TAIL_BYTES ? { Range: `bytes=-${TAIL_BYTES}` } : {};
  const answer = await fetch(url, { headers: range });
  const text = answer.ok ? strip(await answer.text()) : '';
  const lines = text.replace(/\n$/, '').split('\n').slice(-TAIL_LINES);
  const pre = details.querySelector('pre');
  pre.textContent = lines.join('\n') || '(it printed nothing)';
  pre.scrollTop = pre.scrollHeight;
}

/** The tasks that wait for a worker that is not there, or for an operator: one line for each reason. */
export function stranded(run, tasks) {
  const reasons = byReason(tasks, (task) => task.state === 'ready' && (task.kind === 'NO_WORKER' || task.kind === 'PAUSED'));
  if (reasons.size === 0) return nothing;
  return html`<section class="stranded panel" aria-label="Tasks that no worker can take">
    <ul>${[...reasons].slice(0, SHOWN).map(([why, some]) => html`<li>
      ${icon('ready')} <span><b>${some.length === 1 ? '1 task waits' : `${some.length} tasks wait`}:</b> ${why}</span> ${few(run, some)}
    </li>`)}</ul>
  </section>`;
}

function byReason(tasks, which) {
  const reasons = new Map();
  for (const task of tasks) {
    if (!which(task)) continue;
    const why = reason(task) || 'skipped';
    if (!reasons.has(why)) reasons.set(why, []);
    reasons.get(why).push(task);
  }
  return reasons;
}

/** The first of some tasks. */
function few(run, some) {
  return html`<span class="problem-facts">${some.slice(0, 3).map((task) => html`<a href=${taskPath(run, task.index)}>${task.name}</a>`)}
    ${some.length > 3 ? html`<span>and ${some.length - 3} more</span>` : nothing}</span>`;
}

/** Why tasks were not run: one line for each reason. */
export function skips(run, tasks) {
  const reasons = byReason(tasks, (task) => task.outcome === 'skipped');
  if (reasons.size === 0) return nothing;
  const total = [...reasons.values()].reduce((sum, some) => sum + some.length, 0);
  return html`<details class="skips">
    <summary>${total} skipped, for ${reasons.size === 1 ? 'one reason' : `${reasons.size} reasons`}</summary>
    <ul>${[...reasons].slice(0, SHOWN).map(([why, some]) => html`<li>
      ${icon('skipped')} <span>${why}</span> ${few(run, some)}
    </li>`)}</ul>
  </details>`;
}
