// One run, live: how it stands, why it failed, and all its tasks.

import { html, nothing, render } from '/assets/lit-html/lit-html.js';
import { repeat } from '/assets/lit-html/directives/repeat.js';
import { guard } from '/assets/lit-html/directives/guard.js';
import { duration, fullTime, millis } from '/assets/clock.js';
import { Errors } from '/assets/errors.js';
import { Orders } from '/assets/orders.js';
import { artifacts } from '/assets/artifacts.js';
import { problems, skips, stranded } from '/assets/problems.js';
import { eachFrame, follow } from '/assets/live.js';
import { bar, icon, isBad, runApi, runStatus, shortCommit, shortRef, statusOf, taskPath, word, wrongs } from '/assets/status.js';
import { detail, FILTERS, Groups, lastAttempt, matcher, sentence, took } from '/assets/tasks.js';

/** Lists longer than this show small marks instead of names. */
const DENSE = 240;
/** If more tasks are to be shown than this, groups are folded to a line each; of one that is opened, no more are shown. */
const MOST = 6000;
/** No more groups are shown than this; a filter finds the others. */
const MOST_GROUPS = 1000;

const [, , project, number] = location.pathname.split('/').map(decodeURIComponent);
const main = document.getElementById('main');

let run = null;
let tasks = [];
let groups = new Groups();
// In the address, for a reload and for whoever is sent there.
const asked = new URLSearchParams(location.search);
let filter = { state: FILTERS.includes(asked.get('state')) ? asked.get('state') : '', text: asked.get('text') ?? '' };
let filterVersion = 0;

const show = eachFrame(() => { render(page(), main); title(); });
const errors = new Errors(show);
const orders = new Orders(project, number, show);

// Brief: the tasks follow as changes, in order. After a lost connection they come once more, into their places.
follow(runApi(project, number) + '/stream?brief=true', {
  snapshot(summary) { run = summary; show(); },
  change({ run: summary, tasks: changed }) {
    run = summary;
    for (const task of changed) {
      const isNew = tasks[task.index] === undefined;
      tasks[task.index] = task;
      groups.put(task, isNew);
    }
    show();
  },
  end(summary) { run = summary; show(); },
});

const MARKS = { success: '✓', failure: '✗', error: '✗', timeout: '✗', cancelled: '■', skipped: '–', running: '●' };
function title() {
  document.title = `${MARKS[runStatus(run)]} ${run.project}#${run.number}${run.subject ? ' ' + run.subject : ''} · Coil`;
}

function choose(change) {
  filter = { ...filter, ...change };
  filterVersion++;
  const address = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  history.replaceState(null, '', `${location.pathname}${address.size ? `?${address}` : ''}${location.hash}`);
  show();
}

function page() {
  if (!run) return nothing;
  return html`
    ${head()}
    ${orders.refusal()}
    ${problems(run, tasks, errors, orders)}
    ${stranded(run, tasks)}
    ${skips(run, tasks)}
    ${artifacts(run, tasks)}
    ${tools()}
    ${list()}`;
}

function head() {
  const running = run.state === 'running';
  const status = runStatus(run);
  return html`<header class="run-head">
    <nav class="crumbs" aria-label="Breadcrumb">
      <a href="/">Runs</a><a href=${`/?project=${encodeURIComponent(run.project)}`}>${run.project}</a><span>#${run.number}</span>
    </nav>
    <div class="headline">
      ${icon(status, { large: true, open: running && run.outcome !== null })}
      <h1>${run.subject || `${run.project}#${run.number}`}</h1>
    </div>
    <div class="facts">
      <span class="word ${status}">${running && run.outcome ? `${word(status)}, others still running` : word(status)}${run.cancelled && running ? ' · cancelling' : ''}</span>
      <span>${running ? html`<coil-running at=${millis(run.createdAt)}></coil-running>` : duration(millis(run.finishedAt) - millis(run.createdAt))}</span>
      ${run.ref ? html`<span class="tag">${shortRef(run.ref)}</span>` : nothing}
      ${run.commit ? html`<code title=${run.commit}>${shortCommit(run.commit)}</code>` : nothing}
      ${run.directory ? html`<span>in <code>${run.directory}</code></span>` : nothing}
      <span>${run.event}${run.submitter ? ` by ${run.submitter}` : ''}</span>
      <time datetime=${run.createdAt} title=${fullTime(millis(run.createdAt))}><coil-age at=${millis(run.createdAt)}></coil-age></time>
      ${tellRun()}
    </div>
    ${bar(run.counts, true)}
  </header>`;
}

/** What can be done with the run as it stands. */
function tellRun() {
  const { counts } = run;
  const open = counts.total - counts.finished;
  const broken = counts.failure + counts.error + counts.timeout + counts.cancelled;
  return html`<span class="orders">
    ${broken && !(run.cancelled && open) ? orders.button('retry', null, 'Retry failed', 'Retry every task that has ended without success') : nothing}
    ${run.state === 'running' && !run.cancelled ? orders.cancelRun(open) : nothing}</span>`;
}

/** What can be done with a task; its place is beside the link to it. */
function tell(task) {
  if (task.state !== 'finished') return run.cancelled ? nothing : orders.button('cancel', task.index, 'Cancel', `Cancel ${task.name}`);
  return isBad(task.outcome) ? orders.button('retry', task.index, 'Retry', `Retry ${task.name}`) : nothing;
}

const ICONS = { failed: 'failure', running: 'running', ready: 'ready', waiting: 'waiting', passed: 'success', skipped: 'skipped', cancelled: 'cancelled' };

function count(name) {
  const c = run.counts;
  return { failed: c.failure + c.error + c.timeout, running: c.running, ready: c.ready, waiting: c.waiting,
    passed: c.success, skipped: c.skipped, cancelled: c.cancelled }[name];
}

/** What may fail is counted apart, here as above the list. */
function failedChip() {
  const allowed = tasks.filter((task) => task?.allowFailure && isBad(task.outcome) && task.outcome !== 'cancelled').length;
  const failed = count('failed') - allowed;
  const words = [failed ? html`failed <b>${failed}</b>` : nothing,
    allowed ? html`${failed ? ' · ' : ''}${allowed === 1 ? 'allowed failure' : 'allowed failures'} <b>${allowed}</b>` : nothing];
  return html`<span class="icon failure ${failed ? '' : 'allowed'}"></span>${words}`;
}

function tools() {
  return html`<div class="tools" role="toolbar" aria-label="Which tasks are shown">
    <button class="button" aria-pressed=${String(!filter.state)} @click=${() => choose({ state: '' })}>All <b>${run.counts.total}</b></button>
    ${FILTERS.map((name) => (count(name) || filter.state === name ? html`<button class="button" data-filter=${name} title=${name === 'failed' ? wrongs(run.counts).map(({ text }) => text).join(', ') : nothing}
        aria-pressed=${String(filter.state === name)} @click=${() => choose({ state: filter.state === name ? '' : name })}>
        ${name === 'failed' ? failedChip() : html`<span class="icon ${ICONS[name]}"></span>${name} <b>${count(name)}</b>`}</button>` : nothing))}
    <input class="field" type="search" placeholder="Filter tasks" aria-label="Filter tasks by name, platform or reason"
      .value=${filter.text} @input=${(event) => choose({ text: event.target.value })}>
  </div>`;
}

function list() {
  const matches = matcher(filter);
  const shown = groups.all().map((g) => ({ g, indexes: g.matching(tasks, matches, filterVersion) })).filter(({ indexes }) => indexes.length);
  if (shown.length === 0) return html`<p class="notice">${tasks.length < run.counts.total ? 'Loading the tasks …' : 'No task of this run matches.'}</p>`;
  const loading = tasks.length < run.counts.total;
  const size = loading ? run.counts.total : shown.reduce((sum, { indexes }) => sum + indexes.length, 0);
  const many = size > MOST && (loading || shown.length > 1);
  const hidden = shown.length - MOST_GROUPS;
  return html`
    ${repeat(shown.slice(0, MOST_GROUPS), ({ g }) => g.name, ({ g, indexes }) => guard([g, g.version, filterVersion, many, g.open, orders.version, run.cancelled],
      () => ((g.open ?? !many) ? section(g, indexes, many) : folded(g, indexes))))}
    ${hidden > 0 ? html`<p class="notice">${hidden} more groups match; filter to see them.</p>` : nothing}`;
}

function toggle(g, open) {
  g.open = open;
  show();
}

/** A group as one line: what is in it, and whether it needs a look. */
function folded(g, indexes) {
  const counts = countsOf(g);
  return html`<section class="group folded" aria-label=${g.name || 'tasks'}>
    <h2><button class="fold" aria-expanded="false" @click=${() => toggle(g, true)}>${g.name || 'tasks'}</button>
      <span>${counts.finished}/${counts.total}</span>${bar(counts)}
      ${wrongs(counts).map(({ outcome, text }) => html`<span class="word ${outcome}">${text}</span>`)}
      ${counts.running ? html`<span class="word running">${counts.running} running</span>` : nothing}
      ${indexes.length < counts.total ? html`<span>${indexes.length} match</span>` : nothing}</h2>
  </section>`;
}

function section(g, indexes, foldable) {
  g.arrange(tasks);
  const visible = new Set(indexes.slice(0, MOST));
  const listed = g.list.filter((i) => visible.has(i));
  const rows = [...g.rows].filter(([, cells]) => [...cells.values()].some((i) => visible.has(i)));
  const finished = g.indexes.filter((i) => tasks[i].state === 'finished').length;
  return html`<section class="group" aria-label=${g.name || 'tasks'}>
    <h2>${foldable ? html`<button class="fold" aria-expanded="true" @click=${() => toggle(g, false)}>${g.name || 'tasks'}</button>` : g.name || 'tasks'} <span>${finished}/${g.indexes.length}</span>${bar(countsOf(g))}</h2>
    ${rows.length ? table(g, rows, visible) : nothing}
    ${listed.length > DENSE ? html`<ul class="marks">${repeat(listed, (i) => i, (i) => guard([tasks[i]], () => mark(tasks[i])))}</ul>`
      : listed.length ? html`<ul class="cards">${repeat(listed, (i) => i, (i) => guard([tasks[i], orders.version, run.cancelled], () => card(tasks[i])))}</ul>` : nothing}
    ${indexes.length > MOST ? html`<p class="notice">${indexes.length - MOST} more tasks match; filter to see them.</p>` : nothing}
  </section>`;
}

function countsOf(g) {
  const counts = { total: g.indexes.length, finished: 0, waiting: 0, ready: 0, running: 0 };
  for (const i of g.indexes) {
    const status = statusOf(tasks[i]);
    counts[status] = (counts[status] ?? 0) + 1;
    if (tasks[i].state === 'finished') counts.finished++;
  }
  return counts;
}

function table(g, rows, visible) {
  return html`<div class="scroll panel"><table class="matrix" .style=${`min-width:${120 + 112 * g.platforms.length}px`}>
    <thead><tr><td></td>${g.platforms.map((p) => html`<th scope="col">${p}</th>`)}</tr></thead>
    <tbody>${repeat(rows, ([label]) => label, ([label, cells]) => html`<tr>
      <th scope="row">${label}</th>
      ${g.platforms.map((p) => {
        const i = cells.get(p);
        return i === undefined ? html`<td class="none"></td>` : html`<td>${guard([tasks[i], visible.has(i)], () => cell(tasks[i], visible.has(i)))}</td>`;
      })}
    </tr>`)}</tbody>
  </table></div>`;
}

function clock(task) {
  if (task.state === 'running') return html`<coil-running at=${millis(lastAttempt(task)?.startedAt)}></coil-running>`;
  return took(task) ?? nothing;
}

function cell(task, visible) {
  const status = statusOf(task);
  return html`<a class="cell ${visible ? '' : 'dim'}" data-task=${task.index} data-status=${status} href=${taskPath(run, task.index)} title=${sentence(task)}>
    ${icon(status, { allowed: task.allowFailure })}<span>${task.state === 'finished' && task.attemptCount === 0 ? word(status) : clock(task)}</span>
    ${task.attemptCount > 1 ? html`<sup title=${`${task.attemptCount} attempts`}>${task.attemptCount}</sup>` : nothing}
  </a>`;
}

function mark(task) {
  const status = statusOf(task);
  return html`<li><a data-task=${task.index} data-status=${status} href=${taskPath(run, task.index)} title=${sentence(task)}
    aria-label=${sentence(task)}><i class="icon ${status} ${task.allowFailure && status !== 'success' ? 'allowed' : ''}"></i></a></li>`;
}

function card(task) {
  const status = statusOf(task);
  const more = detail(task);
  const inGroup = task.group && task.name.startsWith(task.group + '/') ? task.name.slice(task.group.length + 1) : task.name;
  return html`<li><a class="card" data-task=${task.index} data-status=${status} href=${taskPath(run, task.index)} title=${sentence(task)}>
    ${icon(status, { allowed: task.allowFailure })}
    <span class="card-name">${inGroup}</span>
    <span class="card-clock">${clock(task)}${task.attemptCount > 1 ? html` <sup title=${`${task.attemptCount} attempts`}>${task.attemptCount}</sup>` : nothing}</span>
    ${more ? html`<span class="card-detail">${more}</span>` : nothing}
  </a>${tell(task)}</li>`;
}
