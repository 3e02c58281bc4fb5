// Shows the lines of a log that may be very long: lines stand in blocks, and only blocks near the window have elements.

import { css, fixed, parse, strip } from '/assets/ansi.js';
import { timeOfDay } from '/assets/clock.js';
import { eachFrame } from '/assets/live.js';

const BLOCK = 200;
/** Longer lines are cut on the page, for one of megabytes would stop it. */
const LONGEST = 20_000;
const URL_PATTERN = /https?:\/\/[^\s"'<>\x1b]+[^\s"'<>\x1b.,;:!?)\]}]/g;

export class LogView {
  /** @param {HTMLElement} root an empty element in which the window scrolls */
  constructor(root) {
    this.root = root;
    this.lines = [];
    this.blocks = [];
    this.marked = null;
    this.found = 0;
    this.errors = new Set();
    /** Where the reader is, to be kept when lines wrap anew; null at the top. */
    this.place = null;
    this.settled = true;
    this.keepsPlace = () => true;
    this.observer = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: '1200px 0px' });
    this.measure();
    let due = 0;
    addEventListener('resize', () => { this.settled = false; clearTimeout(due); due = setTimeout(() => this.resized(), 120); });
    addEventListener('scroll', eachFrame(() => { if (this.settled) this.place = this.here(); }), { passive: true });
  }

  /** Shows lines, of which those from number `first` on are new or changed. */
  update(lines, first) {
    this.lines = lines;
    const from = Math.floor((first - 1) / BLOCK);
    for (let b = from; b * BLOCK < lines.length; b++) {
      if (!this.blocks[b]) this.addBlock(b);
      const block = this.blocks[b];
      if (block.filled) this.fill(block, first); else this.estimate(block);
    }
  }

  /** Scrolls to a line; it is there even if it was never shown. */
  goTo(number) {
    const block = this.blocks[Math.floor((number - 1) / BLOCK)];
    if (!block || number > this.lines.length) return false;
    if (!block.filled) this.fill(block, 1);
    block.element.children[(number - 1) % BLOCK].scrollIntoView({ block: 'center' });
    return true;
  }

  /** Marks the lines from one number to another; null for none. */
  mark(range) {
    this.marked = range;
    this.restyle();
  }

  /** Numbers of the lines with this text, in either case. */
  find(text) {
    const wanted = text.toLowerCase();
    return wanted ? this.lines.filter((line) => strip(line.text).toLowerCase().includes(wanted)).map((line) => line.number) : [];
  }

  showFound(number) {
    this.found = number;
    this.restyle();
    if (number) this.goTo(number);
  }

  /** Marks the lines that say what went wrong. */
  markErrors(numbers) {
    this.errors = new Set(numbers);
    this.restyle();
  }

  wrap(on) {
    this.root.classList.toggle('nowrap', !on);
    this.resized();
  }

  addBlock(b) {
    const element = document.createElement('div');
    element.className = 'block';
    this.root.append(element);
    this.blocks[b] = { index: b, element, filled: false };
    this.estimate(this.blocks[b]);
    this.observer.observe(element);
    element.coilBlock = this.blocks[b];
  }

  seen(entries) {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const block = target.coilBlock;
      if (isIntersecting && !block.filled) this.fill(block, 1);
      else if (!isIntersecting && block.filled) this.drain(block, boundingClientRect.height);
    }
  }

  fill(block, first) {
    const { element } = block;
    block.filled = true;
    element.style.height = '';
    const start = block.index * BLOCK;
    const end = Math.min(start + BLOCK, this.lines.length);
    for (let i = Math.max(start, first - 1); i < end; i++) {
      const old = element.children[i - start];
      const row = this.row(this.lines[i]);
      if (old) old.replaceWith(row); else element.append(row);
    }
  }

  /** @param height that it has, as known without a layout of its own */
  drain(block, height) {
    block.element.style.height = `${height}px`;
    block.element.replaceChildren();
    block.filled = false;
  }

  /** The height of a block without elements: exact for plain characters, as a terminal would wrap them. */
  estimate(block) {
    const lines = this.lines.slice(block.index * BLOCK, (block.index + 1) * BLOCK);
    const rows = this.root.classList.contains('nowrap') ? lines.length
      : lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(Math.min(line.text.length, LONGEST) / this.columns)), 0);
    block.element.style.height = `${rows * this.lineHeight}px`;
  }

  measure() {
    const probe = this.row({ number: 1, text: 'x'.repeat(100), stream: 'out', t: 0, style: {}, more: 0 });
    probe.classList.add('probe');
    this.root.append(probe);
    const text = probe.lastElementChild;
    const character = text.firstElementChild.getBoundingClientRect().width / 100;
    this.lineHeight = parseFloat(getComputedStyle(text).lineHeight);
    this.columns = Math.max(10, Math.floor(text.clientWidth / character));
    probe.remove();
  }

  resized() {
    this.measure();
    for (const block of this.blocks) if (!block.filled) this.estimate(block);
    if (this.place && this.keepsPlace()) this.comeBack(this.place);
    this.settled = true;
  }

  /** The first line below the middle of the window, and how far its top is from the window's; null at the top of the page. */
  here() {
    if (scrollY === 0) return null;
    const y = innerHeight / 2;
    const block = this.blocks.find(({ element }) => element.getBoundingClientRect().bottom > y);
    const row = block?.filled && [...block.element.children].find((child) => child.getBoundingClientRect().bottom > y);
    return row ? { number: Number(row.dataset.n), top: row.getBoundingClientRect().top } : null;
  }

  comeBack({ number, top }) {
    const block = this.blocks[Math.floor((number - 1) / BLOCK)];
    if (!block.filled) this.fill(block, 1);
    const row = block.element.children[(number - 1) % BLOCK];
    scrollBy({ top: row.getBoundingClientRect().top - top, behavior: 'instant' });
  }

  restyle() {
    for (const block of this.blocks) {
      if (!block.filled) continue;
      for (const row of block.element.children) this.style(row, Number(row.dataset.n));
    }
  }

  style(row, number) {
    const inRange = this.marked && number >= this.marked.from && number <= this.marked.to;
    row.classList.toggle('marked', Boolean(inRange));
    row.classList.toggle('error-line', this.errors.has(number));
    row.classList.toggle('found', number === this.found);
  }

  row(line) {
    const row = document.createElement('div');
    row.className = `line ${line.stream}`;
    row.dataset.n = line.number;
    const number = document.createElement('a');
    number.className = 'n';
    number.href = `#L${line.number}`;
    number.textContent = line.number;
    const time = document.createElement('time');
    time.textContent = line.t ? timeOfDay(line.t) : '';
    const text = document.createElement('span');
    text.className = 'text';
    this.print(line, text);
    row.append(number, time, text);
    this.style(row, line.number);
    return row;
  }

  print(line, into) {
    const cut = line.text.length > LONGEST;
    const { parts } = parse(cut ? line.text.slice(0, LONGEST) : line.text, line.style);
    for (const part of parts) {
      const span = document.createElement('span');
      paint(span, part.style);
      link(part.text, span);
      into.append(span);
    }
    if (cut) {
      const more = document.createElement('em');
      more.textContent = ` … ${(line.text.length - LONGEST + line.more).toLocaleString('en')} more characters in the raw log`;
      into.append(more);
    }
  }
}

function paint(span, style) {
  const fg = style.inverse ? style.bg ?? 'var(--surface)' : style.fg;
  const bg = style.inverse ? style.fg ?? 'var(--text)' : style.bg;
  if (bg !== undefined) {
    span.style.backgroundColor = fixed(bg);
    if (fg === undefined) span.className = 'on-colour';
  }
  if (fg !== undefined) span.style.color = bg === undefined ? css(fg) : fixed(fg);
  if (style.bold) span.style.fontWeight = '650';
  if (style.dim) span.style.opacity = '.65';
  if (style.italic) span.style.fontStyle = 'italic';
  if (style.underline || style.strike) {
    span.style.textDecoration = [style.underline && 'underline', style.strike && 'line-through'].filter(Boolean).join(' ');
  }
}

function link(text, into) {
  let at = 0;
  for (const match of text.matchAll(URL_PATTERN)) {
    into.append(text.slice(at, match.index));
    const a = document.createElement('a');
    a.href = match[0];
    a.rel = 'noreferrer noopener';
    a.textContent = match[0];
    into.append(a);
    at = match.index + match[0].length;
  }
  into.append(text.slice(at));
}
