// The workers that are present: what they are, and what they run.

import { html, nothing, render } from '/assets/lit-html/lit-html.js';
import { repeat } from '/assets/lit-html/directives/repeat.js';
import { fullTime, millis } from '/assets/clock.js';
import { eachFrame, follow } from '/assets/live.js';
import { icon, size, taskPath } from '/assets/status.js';
import { paused } from '/assets/paused.js';

const main = document.getElementById('main');
let workers = null;
let pauses = [];
const show = eachFrame(() => render(page(), main));

follow('/api/v1/stream', {
  snapshot(all) { workers = all.workers; pauses = all.pauses; show(); },
  change(some) { if (some.workers) { workers = some.workers; pauses = some.pauses; show(); } },
});

const platform = ({ facts }) => [facts.os, facts.arch].filter(Boolean).join('-') || 'unknown';

function page() {
  if (!workers) return nothing;
  if (workers.length === 0) {
    return html`<div class="empty"><h1>No workers</h1>
      <p>Tasks wait until a worker that meets their requirement comes. On any machine with a shell and curl:</p>
      <pre class="panel"><code>curl -sSf ${location.origin}/worker.sh | sh -s -- --url ${location.origin}</code></pre></div>`;
  }
  const byPlatform = [...workers].sort((a, b) => platform(a.attributes).localeCompare(platform(b.attributes)) || a.name.localeCompare(b.name));
  const slots = workers.reduce((sum, w) => sum + w.slots, 0);
  const busy = workers.reduce((sum, w) => sum + w.running.length, 0);
  return html`
    <div class="heading"><h1>Workers</h1><span class="fleet">${workers.length} present · ${busy} of ${slots} slots busy</span></div>
    ${paused(pauses)}
    <ul class="workers">${repeat(byPlatform, (worker) => worker.incarnation, card)}</ul>`;
}

const SHOWN_APART = new Set(['os', 'arch', 'cpus', 'memory', 'disk']);

function card(worker) {
  const { facts, labels } = worker.attributes;
  const others = Object.entries(facts).filter(([key]) => !SHOWN_APART.has(key));
  const free = Math.max(0, worker.slots - worker.running.length);
  return html`<li class="worker panel">
    <div class="worker-head">
      <h2>${worker.name}</h2><span class="platform">${platform(worker.attributes)}</span>
      ${worker.draining ? html`<span class="tag draining">${state(worker)}</span>` : nothing}
      ${slots(worker)}
    </div>
    ${worker.drained?.until ? html`<p class="drained-reason">until <time datetime=${worker.drained.until}>${fullTime(millis(worker.drained.until))}</time></p>` : nothing}
    ${worker.drained?.reason ? html`<p class="drained-reason">${worker.drained.reason}</p>` : nothing}
    ${worker.unfit ? html`<p class="drained-reason">It ${worker.unfit}.</p>` : nothing}
    <div class="facts">
      ${facts.cpus ? html`<span>${facts.cpus} cpus</span>` : nothing}
      ${facts.memory ? html`<span>${size(Number(facts.memory))}</span>` : nothing}
      ${facts.disk ? html`<span>${size(Number(facts.disk))} disk</span>` : nothing}
      ${others.map(([key, value]) => html`<span title=${key}>${value}</span>`)}
    </div>
    ${labels.length ? html`<div class="labels">${labels.map((label) => html`<span class="tag">${label}</span>`)}</div>` : nothing}
    <ul class="tasks">
      ${repeat(worker.running, (task) => `${task.project}#${task.run}/${task.task}`, (task) => html`<li>
        ${icon('running')}
        <a href=${taskPath({ project: task.project, number: task.run }, task.task)}>
          <span class="task-name">${task.name}</span> <span class="task-run">${task.project}#${task.run}</span></a>
        <coil-running at=${millis(task.since)}></coil-running>
      </li>`)}
      ${free ? html`<li class="free">${worker.draining ? 'takes no more tasks' : `${free} slot${free === 1 ? '' : 's'} free`}</li>` : nothing}
    </ul>
    <div class="facts foot">
      <span>version ${worker.version}</span><span>since <coil-age at=${millis(worker.startedAt)}></coil-age></span>
      <code title="incarnation">${worker.incarnation.slice(0, 8)}</code>
    </div>
  </li>`;
}

/** Why it takes nothing new, in a word or two. */
function state({ drained, unfit }) {
  if (drained) return `${drained.quarantine ? 'quarantined' : 'drained'} by ${drained.by}`;
  return unfit ? 'unfit' : 'draining';
}

function slots(worker) {
  const text = `${worker.running.length} of ${worker.slots} slots busy`;
  const shown = Math.min(worker.slots, 24);
  return html`<span class="slots" role="img" aria-label=${text} title=${text}>
    ${Array.from({ length: shown }, (_, i) => html`<i class=${i < worker.running.length ? 'busy' : ''}></i>`)}
  </span>`;
}
