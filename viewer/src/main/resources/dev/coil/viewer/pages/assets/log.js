// One attempt of a task: what it is, and what it prints, live.

import { html, nothing, render } from '/assets/lit-html/lit-html.js';
import { duration, fullTime, millis } from '/assets/clock.js';
import { artifact } from '/assets/artifacts.js';
import { fetchErrors } from '/assets/errors.js';
import { LastChunks } from '/assets/lastchunks.js';
import { LogLines } from '/assets/loglines.js';
import { LogView } from '/assets/logview.js';
import { eachFrame, follow } from '/assets/live.js';
import { Orders } from '/assets/orders.js';
import { icon, isBad, runApi, runPath, size, statusOf, taskPath, word } from '/assets/status.js';
import { reason, waitsFor } from '/assets/tasks.js';
import { Waits } from '/assets/waits.js';


const [, , project, number, , index] = location.pathname.split('/').map(decodeURIComponent);
/**
 * How many lines the page shows, since one that holds more becomes a burden. Of what comes later the end is shown, when it has come;
 * the rest is in the raw log.
 */
const MOST_LINES = Number(new URLSearchParams(location.search).get('lines')) || 500_000;
const wanted = new URLSearchParams(location.search).get('attempt') ?? 'latest';
const api = `${runApi(project, number)}/tasks/${index}/attempts/${wanted}/log`;
const main = document.getElementById('main');

main.innerHTML = '<div id="head"></div><div id="bar"></div><div id="log" class="log panel" role="log" aria-label="Log"></div><div id="foot"></div>';
const [head, toolbar, root, foot] = main.children;

let now = null;
let end = null;
let last = null;
let bytes = 0;
const log = new LogLines();
const view = new LogView(root);
view.keepsPlace = () => !options.follow;
const options = { follow: !location.hash, times: stored('times', false), wrap: stored('wrap', true) };
let search = { text: '', hits: [], at: -1 };
let pending = Infinity;
/** Those of the lines that say what went wrong which the node picked; null until it was asked. */
let errors = null;
let hasStderr = false;
let headGone = false;

function stored(name, otherwise) {
  const value = localStorage.getItem(`coil.log.${name}`);
  return value === null ? otherwise : value === 'true';
}

const orders = new Orders(project, number, () => show());
const waits = new Waits(`${runApi(project, number)}/tasks/${index}/why`, () => show());
const show = eachFrame(() => {
  if (pending <= log.lines.length) {
    view.update(log.lines, pending);
    pending = Infinity;
  }
  render(header(), head);
  render(tools(), toolbar);
  render(footer(), foot);
  if (options.follow) toEnd();
  else if (awaited && view.goTo(awaited)) awaited = 0;
});

follow(api + '/stream', {
  task(event) {
    // Another attempt has taken the place of the one shown while the connection was lost.
    if (now?.attempt && event.attempt !== now.attempt) location.reload();
    // Of what went well, the beginning is as good as the end.
    if (!now && event.task.outcome === 'success') options.follow = false;
    now = event;
    waits.follow(event.task);
    title();
    show();
  },
  chunks(event) {
    hasStderr ||= event.chunks.some((chunk) => chunk.stream === 'err');
    if (last) { last.add(event.chunks); return; }
    pending = Math.min(pending, log.add(event.chunks));
    if (log.lines.length > MOST_LINES) last = new LastChunks();
    show();
  },
  end(event) {
    end = event;
    bytes = event.bytes;
    if (last) pending = Math.min(pending, log.add(last.take()));
    if (isBad(attempt()?.outcome)) findErrors();
    show();
  },
});

const attempt = () => now.task.attempts.find((a) => a.number === now.attempt) ?? null;

function title() {
  document.title = `${word(statusOf(now.task))}: ${now.task.name} · ${project}#${number} · Coil`;
}

// ── the head ──

function header() {
  if (!now) return nothing;
  const { run, task } = now;
  const one = attempt();
  const status = one ? one.outcome ?? 'running' : statusOf(task);
  const latest = task.attempts[task.attempts.length - 1];
  return html`<header class="log-head">
    <nav class="crumbs" aria-label="Breadcrumb">
      <a href="/">Runs</a><a href=${`/?project=${encodeURIComponent(project)}`}>${project}</a><a href=${runPath(run)}>#${number}${run.subject ? ' ' + run.subject : ''}</a>
    </nav>
    <div class="headline">${icon(status, { large: true, allowed: task.allowFailure })}<h1>${task.name}</h1></div>
    <div class="facts">
      <span class="word ${status}">${word(status)}</span>
      ${one?.exitCode ? html`<span>exit code ${one.exitCode}</span>` : nothing}
      ${one?.label ?? task.label ? html`<span class="tag">${one?.label ?? task.label}</span>` : nothing}
      ${why(one)}
      ${task.allowFailure ? html`<span class="tag">allowed to fail</span>` : nothing}
      ${one ? html`<span>${one.finishedAt ? duration(millis(one.finishedAt) - millis(one.startedAt)) : html`<coil-running at=${millis(one.startedAt)}></coil-running>`}</span>
        <span>on <b>${one.worker}</b></span>
        <time datetime=${one.startedAt} title=${fullTime(millis(one.startedAt))}><coil-age at=${millis(one.startedAt)}></coil-age></time>` : nothing}
      <span class="orders">${tell(run, task)}</span>
    </div>
    ${orders.refusal()}
    ${task.attempts.length > 1 ? html`<nav class="attempts" aria-label="Attempts">${task.attempts.map((a) => html`<a class="button"
      href=${`${taskPath(run, task.index)}?attempt=${a.number}`} aria-current=${a.number === now.attempt ? 'true' : 'false'} title=${a.reason ?? ''}>${icon(a.outcome ?? 'running')} attempt ${a.number}</a>`)}
      ${latest.number !== now.attempt && !latest.outcome ? html`<span class="word running">attempt ${latest.number} is running</span>` : nothing}</nav>` : nothing}
    ${one?.artifacts.length ? artifacts(one) : nothing}
    ${waits.reasons(task)}
    ${about(task)}
  </header>`;
}

function why(one) {
  const text = one ? one.reason : waits.has(now.task) ? '' : reason(now.task);
  return text ? html`<span class="why">${text}</span>` : nothing;
}

function artifacts(one) {
  return html`<ul class="artifacts" aria-label="Artifacts"><li class="of">Artifacts</li>${one.artifacts.map((each) => html`<li>${artifact(now.run, now.task.index, one.number, each)}</li>`)}</ul>`;
}

/** What can be done with the task as it stands. */
function tell(run, task) {
  if (task.state !== 'finished') return run.cancelled ? nothing : orders.button('cancel', task.index, 'Cancel task');
  // To run this one again without what it needs would only skip it again.
  const lacking = task.attempts.length === 0 && now.needs.find((need) => isBad(need.outcome));
  return lacking ? orders.button('retry', lacking.index, `Retry ${lacking.name}`, `Retry ${lacking.name}, which this task needs, and this one after it`)
    : orders.button('retry', task.index, 'Retry task');
}

function about(task) {
  return html`<details class="about" ?open=${task.attempts.length === 0}>
    <summary>${(task.attempts.length === 0 && !waits.has(task) && waitsFor(task)) || 'About this task'}</summary>
    <dl>
      <dt>requirement</dt><dd><code>${task.requirement}</code></dd>
      ${task.condition ? html`<dt>if</dt><dd><code>${task.condition}</code></dd>` : nothing}
      ${now.needs.length ? html`<dt>needs</dt><dd class="needs">${now.needs.map((need) => html`<a href=${taskPath(now.run, need.index)}>${icon(need.outcome ?? need.state)} ${need.name}</a>`)}
        ${task.needs.length > now.needs.length ? html`<span>and ${task.needs.length - now.needs.length} more</span>` : nothing}</dd>` : nothing}
      ${task.generatedBy ? html`<dt>generated by</dt><dd>${task.generatedBy}</dd>` : nothing}
      ${task.priority !== 'normal' ? html`<dt>priority</dt><dd>${task.priority}</dd>` : nothing}
      ${task.script ? html`<dt>script</dt><dd><pre>${task.script}</pre></dd>` : nothing}
    </dl>
  </details>`;
}

// ── the toolbar ──

function tools() {
  if (!now?.attempt) return nothing;
  const toggle = (name, label) => html`<button class="button" aria-pressed=${String(options[name])} @click=${() => set(name, !options[name])}>${label}</button>`;
  return html`<div class="log-tools" role="toolbar" aria-label="Log">
    ${headGone ? where() : nothing}
    ${end ? nothing : toggle('follow', 'Follow')}
    ${toggle('times', 'Times')}${toggle('wrap', 'Wrap')}
    <span class="search"><input class="field" type="search" placeholder="Find in log" aria-label="Find in log" .value=${search.text} @input=${(e) => find(e.target.value)}
      @keydown=${(e) => e.key === 'Enter' && step(e.shiftKey ? -1 : 1)}>
      ${search.text ? html`<span class="hits" role="status">${search.hits.length ? `${search.at + 1}/${search.hits.length}` : 'none'}</span>` : nothing}</span>
    ${errorTools()}
    ${hasStderr || errors?.lines.length ? html`<span class="legend" aria-label="Legend">
      ${hasStderr ? html`<span class="of-err">standard error</span>` : nothing}${errors?.lines.length ? html`<span class="of-error">error</span>` : nothing}</span>` : nothing}
    <span class="log-state">${log.lines.length.toLocaleString('en')} line${log.lines.length === 1 ? '' : 's'}</span>
    <a class="button" href=${api}>Raw</a>
    <a class="button" href=${`${api}?download=true`} download>Download</a>
  </div>`;
}

/** The task and its state, once the head is out of sight. */
function where() {
  const one = attempt();
  const status = one ? one.outcome ?? 'running' : statusOf(now.task);
  return html`<a class="where" href="#main" @click=${(event) => { event.preventDefault(); options.follow = false; scrollTo({ top: 0 }); }} title="To the top">
    ${icon(status, { allowed: now.task.allowFailure })}<b>${now.task.name}</b><span class="word ${status}">${word(status)}</span></a>`;
}

function errorTools() {
  if (errors && errors.lines.length === 0) return html`<span class="hits-of" role="status">no error line found</span>`;
  const count = errors ? errors.lines.length : 0;
  const place = errors && errors.at >= 0 ? `${errors.at + 1}/${count}` : `${count}`;
  return html`<span class="errors" role="group" aria-label="Errors">
    <button class="button" data-errors="next" title="Next error (n or ])" @click=${() => toError(1)}>${errors ? html`Error <span role="status">${place}</span>` : 'Next error'} ↓</button>
    <button class="button" data-errors="previous" title="Previous error (N or [)" aria-label="Previous error" @click=${() => toError(-1)}>↑</button>
    ${errors?.more ? html`<span class="hits-of">and ${errors.more.toLocaleString('en')} more</span>` : nothing}</span>`;
}

async function findErrors() {
  const size = log.lines.length;
  const found = await fetchErrors(`${api}/errors`, end ? undefined : 1);
  errors = { ...found, at: -1, size };
  view.markErrors(found.lines.map(({ line }) => line));
  show();
}

/** Goes to the next line that says what went wrong, from the one that was last gone to. */
async function toError(by) {
  if (!errors || (!end && errors.size !== log.lines.length)) {
    const at = errors?.at ?? -1;
    await findErrors();
    errors.at = at;
  }
  const { lines } = errors;
  if (lines.length === 0) return;
  errors.at = errors.at < 0 && by < 0 ? lines.length - 1 : (errors.at + by + lines.length) % lines.length;
  const { line } = lines[errors.at];
  options.follow = false;
  history.replaceState(null, '', `#L${line}`);
  view.mark({ from: line, to: line });
  awaited = view.goTo(line) ? 0 : line;
  show();
}

const KEYS = { n: 1, ']': 1, N: -1, '[': -1 };
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea') || !now?.attempt) return;
  if (KEYS[event.key]) toError(KEYS[event.key]);
});

new IntersectionObserver(([entry]) => {
  if (headGone === !entry.isIntersecting) return;
  headGone = !entry.isIntersecting;
  show();
}, { rootMargin: '-44px 0px 0px 0px' }).observe(head);

function set(name, value) {
  options[name] = value;
  if (name === 'times' || name === 'wrap') localStorage.setItem(`coil.log.${name}`, value);
  root.classList.toggle('times', options.times);
  if (name === 'wrap' || name === 'times') view.wrap(options.wrap);
  if (name === 'follow' && value) toEnd();
  show();
}

function find(text) {
  search = { text, hits: view.find(text), at: -1 };
  step(1);
}

function step(by) {
  const { hits } = search;
  search.at = hits.length ? (search.at + by + hits.length) % hits.length : -1;
  options.follow = false;
  view.showFound(hits[search.at] ?? 0);
  show();
}

// ── following ──

function toEnd() {
  scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
}

new ResizeObserver(() => { if (options.follow) toEnd(); }).observe(root);

let lastY = 0;
addEventListener('scroll', () => {
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 40;
  if (scrollY < lastY - 2 && !atEnd && options.follow) { options.follow = false; show(); }
  else if (atEnd && scrollY > lastY && !options.follow && !end && !location.hash) { options.follow = true; show(); }
  lastY = scrollY;
}, { passive: true });

// ── links to lines ──

let awaited = 0;
function readHash() {
  const match = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash);
  const from = match ? Number(match[1]) : 0;
  view.mark(match ? { from, to: Number(match[2] ?? from) } : null);
  if (match) { options.follow = false; awaited = view.goTo(from) ? 0 : from; }
}

root.addEventListener('click', (event) => {
  const link = event.target.closest('a.n');
  if (!link) return;
  event.preventDefault();
  const line = Number(link.textContent);
  const from = event.shiftKey && view.marked ? Math.min(view.marked.from, line) : line;
  const to = event.shiftKey && view.marked ? Math.max(view.marked.to, line) : line;
  history.replaceState(null, '', from === to ? `#L${from}` : `#L${from}-L${to}`);
  options.follow = false;
  view.mark({ from, to });
  show();
});
addEventListener('hashchange', readHash);

// ── the foot ──

function footer() {
  if (!now) return nothing;
  if (!now.attempt) {
    const { task } = now;
    return html`<p class="notice">${task.state === 'finished' ? html`It was not run${reason(task) ? `: ${reason(task)}` : ''}.` : 'It has not been started. Its log appears here when it is.'}</p>`;
  }
  if (last && !end) return html`<p class="notice open">The log goes on. This page shows its first ${MOST_LINES.toLocaleString('en')} lines, and its end when it has come to it.</p>`;
  if (!end) return html`<p class="notice ${attempt()?.outcome ? '' : 'open'}">${!attempt()?.outcome ? 'running' : attempt().outcome === 'error' ? 'More may not come: its worker is gone.' : 'The rest is on its way.'}</p>`;
  if (!end.complete) return html`<p class="notice">The log ends here, after ${size(bytes)}: more was printed, or nobody can say, because the worker is gone.</p>`;
  return html`<p class="notice">${log.lines.length ? `${size(bytes)}, complete` : 'It printed nothing.'}</p>`;
}

set('wrap', options.wrap);
readHash();
