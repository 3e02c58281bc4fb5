// A run's tasks in memory: grouped for the page, with what a person wants to know of each.

import { duration, millis } from '/assets/clock.js';
import { isBad, statusOf, word } from '/assets/status.js';

export const lastAttempt = (task) => task.attempts[task.attempts.length - 1] ?? null;

/** Why it ended as it did, in one short text; empty for plain success. */
export function reason(task) {
  if (task.reason) return task.reason;
  const attempt = lastAttempt(task);
  if (attempt?.reason) return attempt.reason;
  if (task.label && task.outcome !== 'success') return task.label;
  if (task.outcome === 'failure' && attempt?.exitCode) return `exit code ${attempt.exitCode}`;
  return isBad(task.outcome) ? word(task.outcome) : '';
}

/** How long its last attempt took; null while there is none or it runs. */
export function took(task) {
  const attempt = lastAttempt(task);
  return attempt?.finishedAt ? duration(millis(attempt.finishedAt) - millis(attempt.startedAt)) : null;
}

/** What a task that has not started waits for. */
export function waitsFor(task) {
  if (task.state === 'ready') return task.reason ?? `for a worker: ${task.requirement}`;
  // Its needs have ended, and something else holds it up.
  if (task.reason) return task.reason;
  if (task.needs.length === 0) return '';
  // A brief task names its first need and says how many there are.
  const count = task.needCount ?? task.needs.length;
  return `needs ${task.needs[0]}${count > 1 ? ` and ${count - 1} more` : ''}`;
}

/** What there is to say of it beside its status. */
export function detail(task) {
  if (task.state === 'finished') return reason(task);
  return task.state === 'running' ? `on ${lastAttempt(task)?.worker}` : waitsFor(task);
}

/** One line that says it all, for tooltips and screen readers. */
export function sentence(task) {
  return [task.name, word(statusOf(task)), detail(task), took(task), task.allowFailure && 'allowed to fail']
    .filter(Boolean).join(' · ');
}

const KEYS = {
  failed: (task) => isBad(task.outcome) && task.outcome !== 'cancelled',
  running: (task) => task.state === 'running',
  ready: (task) => task.state === 'ready',
  waiting: (task) => task.state === 'waiting',
  passed: (task) => task.outcome === 'success',
  skipped: (task) => task.outcome === 'skipped',
  cancelled: (task) => task.outcome === 'cancelled',
};

export const FILTERS = Object.keys(KEYS);

/** Which of a run's tasks a filter shows. */
export function matcher({ state, text }) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (task) => (!state || KEYS[state](task))
    && words.every((w) => task.name.toLowerCase().includes(w) || (task.platform ?? '').includes(w) || reason(task).toLowerCase().includes(w));
}

/** A run's tasks under one heading: tables for matrices over platforms, and a list of what is left. */
class Group {
  constructor(name) {
    this.name = name;
    this.indexes = [];
    this.version = 0;
    /** Whether a person opened or closed it. */
    this.open = null;
    this.arranged = 0;
    this.matched = null;
  }

  add(index) {
    this.indexes.push(index);
    this.version++;
  }

  /** The tasks that a filter shows; looked for again only where something changed. */
  matching(tasks, matches, filterVersion) {
    if (this.matched?.version !== this.version || this.matched.filterVersion !== filterVersion) {
      this.matched = { version: this.version, filterVersion, indexes: this.indexes.filter((i) => matches(tasks[i])) };
    }
    return this.matched.indexes;
  }

  /** Lays the tasks out; their places change only when tasks are added. */
  arrange(tasks) {
    if (this.arranged === this.indexes.length) return;
    this.arranged = this.indexes.length;
    const bases = new Map();
    for (const i of this.indexes) {
      const base = tasks[i].base;
      if (!bases.has(base)) bases.set(base, []);
      bases.get(base).push(i);
    }
    this.rows = new Map();
    this.list = [];
    const platforms = new Set();
    for (const indexes of bases.values()) {
      const columns = new Set(indexes.map((i) => tasks[i].platform));
      if (columns.size < 2 || columns.has(null)) {
        this.list.push(...indexes);
        continue;
      }
      for (const i of indexes) {
        const label = this.rowLabel(tasks[i]);
        if (!this.rows.has(label)) this.rows.set(label, new Map());
        const cells = this.rows.get(label);
        if (cells.has(tasks[i].platform)) { this.list.push(i); continue; }
        cells.set(tasks[i].platform, i);
        platforms.add(tasks[i].platform);
      }
    }
    this.platforms = [...platforms];
  }

  rowLabel(task) {
    const axes = Object.entries(task.matrix).filter(([axis, value]) => axis !== 'platform' && value !== task.platform);
    const base = task.base === this.name ? '' : task.base.slice(this.name ? this.name.length + 1 : 0);
    return [base, ...axes.map(([, value]) => value)].filter(Boolean).join(' / ') || task.base;
  }
}

/** The groups of a run in the order of their first tasks. */
export class Groups {
  constructor() {
    this.byName = new Map();
  }

  /** Takes a task in whose state is new, or all of which is. */
  put(task, isNew) {
    const name = task.group ?? '';
    if (!this.byName.has(name)) this.byName.set(name, new Group(name));
    const group = this.byName.get(name);
    if (isNew) group.add(task.index); else group.version++;
  }

  all() {
    return [...this.byName.values()];
  }
}
