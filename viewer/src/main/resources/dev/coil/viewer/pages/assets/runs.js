// The newest runs of all projects, live.

import { html, nothing, render } from '/assets/lit-html/lit-html.js';
import { repeat } from '/assets/lit-html/directives/repeat.js';
import { guard } from '/assets/lit-html/directives/guard.js';
import { duration, fullTime, millis } from '/assets/clock.js';
import { eachFrame, follow } from '/assets/live.js';
import { bar, icon, runPath, runStatus, shortCommit, shortRef, taskPath, word, wrongs } from '/assets/status.js';
import { paused } from '/assets/paused.js';

const SHOWN = 200;
const main = document.getElementById('main');
const project = new URLSearchParams(location.search).get('project');

const runs = new Map();
let workers = [];
let pauses = [];
let newestFirst = [];
let known = false;

const show = eachFrame(() => render(page(), main));

function take(changed) {
  for (const run of changed) runs.set(run.id, run);
  newestFirst = [...runs.values()]
    .filter((run) => !project || run.project === project)
    .sort((a, b) => millis(b.createdAt) - millis(a.createdAt) || b.number - a.number)
    .slice(0, SHOWN);
}

follow('/api/v1/stream', {
  snapshot(all) { runs.clear(); take(all.runs); workers = all.workers; pauses = all.pauses; known = true; show(); if (project) older(); },
  change(some) { take(some.runs); workers = some.workers ?? workers; pauses = some.pauses ?? pauses; show(); },
});

/** Runs that the stream's snapshot is too short for. */
async function older() {
  const filter = project ? `&project=${encodeURIComponent(project)}` : '';
  const answer = await fetch(`/api/v1/runs?limit=${SHOWN}${filter}`);
  if (answer.ok) { take((await answer.json()).runs); show(); }
}

function page() {
  if (!known) return nothing;
  if (newestFirst.length === 0) return empty();
  return html`
    <div class="heading">
      <h1>${project ?? 'Runs'}</h1>
      ${project ? html`<a class="button" href="/">All projects</a>` : nothing}
      ${fleet()}
    </div>
    ${paused(pauses)}
    <ol class="runs panel">${repeat(newestFirst, (run) => run.id, (run) => guard([run], () => row(run)))}</ol>
    ${runs.size >= 50 && newestFirst.length < SHOWN && !project
      ? html`<p class="more"><button class="button" @click=${older}>Show older runs</button></p>` : nothing}`;
}

function fleet() {
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
  const busy = workers.reduce((sum, worker) => sum + worker.running.length, 0);
  return html`<a class="fleet" href="/workers">
    ${workers.length === 0 ? 'no workers' : `${workers.length} worker${workers.length === 1 ? '' : 's'} · ${busy} of ${slots} slots busy`}
  </a>`;
}

function row(run) {
  const { counts } = run;
  const running = run.state === 'running';
  const name = `${run.project}#${run.number}`;
  return html`<li class="run ${running ? 'open' : ''}">
    ${icon(runStatus(run), { open: running && run.outcome !== null })}
    <div class="what">
      <a class="title" href=${runPath(run)}>${run.subject || name}</a>
      <div class="facts">
        <a class="name" href=${`/?project=${encodeURIComponent(run.project)}`}>${run.project}</a><span class="number">#${run.number}</span>
        ${run.ref ? html`<span class="tag">${shortRef(run.ref)}</span>` : nothing}
        ${run.commit ? html`<code title=${run.commit}>${shortCommit(run.commit)}</code>` : nothing}
        <span class="aside">${run.event}</span>
        ${run.submitter ? html`<span class="aside">${run.submitter}</span>` : nothing}
      </div>
      ${run.failed.count ? failed(run) : nothing}
    </div>
    <div class="progress">
      ${bar(counts)}
      <div class="sum">${sum(run)}</div>
    </div>
    <div class="when">
      <span>${running ? html`<coil-running at=${millis(run.createdAt)}></coil-running>` : duration(millis(run.finishedAt) - millis(run.createdAt))}</span>
      <time datetime=${run.createdAt} title=${fullTime(millis(run.createdAt))}><coil-age at=${millis(run.createdAt)}></coil-age></time>
    </div>
  </li>`;
}

/** The first tasks that failed and may not, and how many others did. */
function failed(run) {
  const { first, count } = run.failed;
  return html`<div class="failing" aria-label="Failed tasks">${first.map((task) => html`<a href=${taskPath(run, task.index)}>${task.name}</a>`)}
    ${count > first.length ? html`<a href=${runPath(run)}>+ ${(count - first.length).toLocaleString('en')}</a>` : nothing}</div>`;
}

function sum({ counts, state, outcome, cancelled, failed }) {
  const { count } = failed;
  const bad = counts.failure + counts.error + counts.timeout;
  const parts = [];
  const must = { failure: count - failed.timeouts - failed.errors, timeout: failed.timeouts, error: failed.errors };
  for (const { outcome: how, text } of wrongs(must)) parts.push(html`<b class="word ${how}">${text}</b>`);
  if (bad > count) parts.push(html`<span>${bad - count} allowed ${bad - count === 1 ? 'failure' : 'failures'}</span>`);
  if (state === 'running') {
    if (outcome && !bad) parts.push(html`<span class="word ${outcome}">${word(outcome)}</span>`);
    if (counts.running) parts.push(html`<span>${counts.running} running</span>`);
    if (cancelled) parts.push(html`<span>cancelling</span>`);
    parts.push(html`<span>${counts.finished}/${counts.total}</span>`);
  } else {
    if (!bad || outcome !== 'failure') parts.push(html`<span class="word ${outcome}">${word(outcome)}</span>`);
    parts.push(html`<span>${counts.total} task${counts.total === 1 ? '' : 's'}</span>`);
  }
  return parts;
}

function empty() {
  return html`<div class="empty">
    <h1>No runs ${project ? `of ${project} ` : ''}yet</h1>
    <p>They appear here as they are submitted. From a repository with a <code>.coil.yml</code>:</p>
    <pre class="panel"><code>coil submit --watch</code></pre>
  </div>`;
}
