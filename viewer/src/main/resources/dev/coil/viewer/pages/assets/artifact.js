// What lies in an artifact: one directory of it, or of a zip in it.

import { html, nothing, render } from '/assets/lit-html/lit-html.js';
import { fileUrl, pageUrl } from '/assets/artifacts.js';
import { runApi, runPath, size, taskPath } from '/assets/status.js';

const [, , project, number, , index, , artifact] = location.pathname.split('/').map(decodeURIComponent);
const query = new URLSearchParams(location.search);
const path = query.get('path') ?? '';
const attempt = query.get('attempt') ?? 'latest';
const run = { project, number };
const of = { run, index, attempt, name: artifact };
const api = `${runApi(project, number)}/tasks/${index}`;
const main = document.getElementById('main');

/** A page of a directory; more are fetched as they are wanted. */
const PAGE = 1000;
const TYPING_MS = 200;

let task = null;
let listing = null;
let refusal = '';
let text = '';
let asked = 0;

async function get(url) {
  const answer = await fetch(url).catch(() => null);
  if (answer?.status === 401) location.assign('/login?to=' + encodeURIComponent(location.pathname + location.search));
  const body = await answer?.json().catch(() => null);
  if (!answer?.ok) throw new Error(body?.error ?? 'the node does not answer; reload when it does');
  return body;
}

async function list(after) {
  const mine = ++asked;
  const wanted = new URLSearchParams({ path, limit: PAGE });
  if (text) wanted.set('find', text);
  if (after) wanted.set('after', after);
  try {
    const page = await get(`${api}/attempts/${attempt}/artifacts/${encodeURIComponent(artifact)}/entries?${wanted}`);
    if (mine !== asked) return;
    listing = after ? { ...page, entries: [...listing.entries, ...page.entries] } : page;
    refusal = '';
  } catch (error) {
    if (mine !== asked) return;
    refusal = error.message;
  }
  show();
}

let typing = 0;
function find(value) {
  text = value;
  clearTimeout(typing);
  typing = setTimeout(() => list(), TYPING_MS);
}

const kept = () => (attempt === 'latest' ? task?.attempts.at(-1) : task?.attempts.find((a) => String(a.number) === attempt))
  ?.artifacts.find((each) => each.name === artifact);

function show() {
  document.title = `${path || artifact} · ${task?.name ?? ''} · ${project}#${number} · Coil`;
  render(html`${head()}${refusal ? html`<p class="panel refusal" role="alert">${refusal}</p>` : nothing}${listing && !refusal ? table() : waiting()}`, main);
}

function head() {
  const parts = path.split('/').slice(0, -1);
  const whole = kept();
  return html`<header class="artifact-head">
    <nav class="crumbs" aria-label="Breadcrumb">
      <a href="/">Runs</a><a href=${`/?project=${encodeURIComponent(project)}`}>${project}</a><a href=${runPath(run)}>#${number}</a><a
        href=${taskPath(run, index) + (attempt === 'latest' ? '' : `?attempt=${attempt}`)}>${task?.name ?? `task ${index}`}</a>
    </nav>
    <h1 class="place">${parts.length ? html`<a href=${pageUrl(of)}>${artifact}</a>` : html`<span>${artifact}</span>`}${parts.map((part, i) => (i === parts.length - 1
    ? html`<span>${part}</span>` : html`<a href=${pageUrl(of, parts.slice(0, i + 1).join('/') + '/')}>${part}</a>`))}</h1>
    <div class="facts">
      ${listing ? html`<span>${listing.total.toLocaleString('en')} ${text ? 'found' : `entr${listing.total === 1 ? 'y' : 'ies'}`}</span>` : nothing}
      ${listing?.leftOut ? html`<span>${listing.leftOut} left out, whose names lead out of the archive</span>` : nothing}
      <span class="orders">
        <input class="field" type="search" placeholder="Find here" aria-label="Find here" .value=${text} @input=${(e) => find(e.target.value)}>
        ${whole && !refusal ? html`<a class="button" href=${`/api/v1/blobs/${whole.sha256}`} download=${`${artifact}.tar.gz`}>Download all <span>${size(whole.bytes)}</span></a>` : nothing}
      </span>
    </div>
  </header>`;
}

const waiting = () => (refusal ? nothing : html`<p class="notice">Opening the archive, which takes a moment the first time…</p>`);

function table() {
  const { entries, next, total } = listing;
  return html`<table class="panel entries">
    <thead><tr><th scope="col">Name</th><th scope="col" class="number">Size</th></tr></thead>
    <tbody>
      ${path && !text ? html`<tr><td class="directory"><a href=${pageUrl(of, path.replace(/[^/]*\/$/, ''))}>..</a></td><td></td></tr>` : nothing}
      ${entries.map(row)}
    </tbody>
  </table>
  ${total === 0 ? html`<p class="notice">${text ? 'Nothing here has this in its name.' : 'There is nothing in it.'}</p>` : nothing}
  ${next ? html`<p class="more"><button class="button" @click=${() => list(next)}>Show more: ${(total - entries.length).toLocaleString('en')} are left</button></p>` : nothing}`;
}

function row(entry) {
  const here = path + entry.name;
  const inside = entry.archive && !isWithinZip();
  return html`<tr>
    <td class=${inside ? 'archive' : entry.kind === 'link' ? 'symlink' : entry.kind}>${entry.kind === 'link' ? html`<span>${entry.name}</span>${entry.target ? html`<span class="target"> → ${entry.target}</span>` : nothing}`
    : html`<a href=${entry.kind === 'directory' || inside ? pageUrl(of, here + '/') : fileUrl(of, here)}>${entry.name}</a>`}
      ${inside ? html`<a class="save" href=${fileUrl(of, here) + '?download'} download=${entry.name}>download</a>` : nothing}</td>
    <td class="number">${entry.kind === 'file' ? size(entry.bytes) : nothing}</td>
  </tr>`;
}

/** Zips are looked into, but not those within them. */
const isWithinZip = () => /\.(zip|wwz)\//i.test(path);

show();
list();
get(api).then((found) => { task = found; show(); }, () => {});
