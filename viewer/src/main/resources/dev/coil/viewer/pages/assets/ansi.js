// What terminals do with a line: colours (ECMA-48 SGR with the usual 256-colour and true-colour forms), carriage returns,
// backspaces. Every other control sequence is dropped.

const SEQUENCE = /\x1b(?:\[([0-9;:]*)([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()*+][0-9A-Za-z]|[@-Z\\^_=>78])/g;
const SGR = /\x1b\[[0-9;:]*m/g;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/g;

/** How text looks until told otherwise. Styles are never changed, only replaced. */
export const PLAIN = Object.freeze({});

/** A line without any control. */
export const strip = (text) => text.replace(SEQUENCE, '').replace(/[^\n]*\r(?=[^\n\r])/g, '').replace(CONTROL, '');

/**
 * The parts of a line that look alike.
 * @returns {{parts: {text: string, style: object}[], style: object}} the style is how the next line begins
 */
export function parse(line, style) {
  const parts = [];
  let at = 0;
  const push = (to) => {
    const text = line.slice(at, to).replace(CONTROL, '');
    if (text) parts.push({ text, style });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    push(match.index);
    at = match.index + match[0].length;
    if (match[2] === 'm') style = apply(match[1], style);
  }
  push(line.length);
  return { parts, style };
}

/** How the line behind this one begins, without taking it apart where that is not needed. */
export function styleAfter(line, style) {
  if (!line.includes('\x1b[')) return style;
  for (const [sequence] of line.matchAll(SGR)) style = apply(sequence.slice(2, -1), style);
  return style;
}

/**
 * What is left of a line that went back to its start: what was printed last stands over what stood there. Colours that were
 * set in what is gone stay set.
 */
export function settle(line) {
  let text = line.replace(/\r+$/, '');
  if (text.includes('\r')) text = text.includes('\x1b') ? lastOf(text) : overlaid(text);
  while (text.includes('\b')) {
    const shorter = text.replace(/[^\x08\x1b]\x08|^\x08+/g, '');
    if (shorter === text) break;
    text = shorter;
  }
  return text;
}

function overlaid(text) {
  return text.split('\r').reduce((row, part) => part + row.slice(part.length), '');
}

function lastOf(text) {
  const last = text.lastIndexOf('\r');
  return (text.slice(0, last).match(SGR) ?? []).join('') + text.slice(last + 1);
}

function apply(parameters, style) {
  const codes = parameters.split(/[;:]/).map(Number);
  let next = { ...style };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 7) next.inverse = true;
    else if (code === 9) next.strike = true;
    else if (code === 22) { delete next.bold; delete next.dim; }
    else if (code === 23) delete next.italic;
    else if (code === 24) delete next.underline;
    else if (code === 27) delete next.inverse;
    else if (code === 29) delete next.strike;
    else if (code >= 30 && code <= 37) next.fg = code - 30;
    else if (code >= 90 && code <= 97) next.fg = code - 90 + 8;
    else if (code === 39) delete next.fg;
    else if (code >= 40 && code <= 47) next.bg = code - 40;
    else if (code >= 100 && code <= 107) next.bg = code - 100 + 8;
    else if (code === 49) delete next.bg;
    else if (code === 38 || code === 48) {
      const slot = code === 38 ? 'fg' : 'bg';
      if (codes[i + 1] === 5) { next[slot] = codes[i + 2] & 255; i += 2; }
      else if (codes[i + 1] === 2) { next[slot] = `rgb(${codes[i + 2] & 255} ${codes[i + 3] & 255} ${codes[i + 4] & 255})`; i += 4; }
    }
  }
  return next;
}

const CUBE = [0, 95, 135, 175, 215, 255];

/** The first 16 as most terminals have them, for text on a background of its own. */
const USUAL = ['#1c2128', '#c4302b', '#2b8a3e', '#b58900', '#2563c9', '#8e44ad', '#0e8a96', '#d0d7de',
  '#6e7681', '#f0625c', '#4fbf67', '#e3b341', '#58a6ff', '#bc8cff', '#3cc7d3', '#ffffff'];

/** The CSS of a text colour on the page's background: the first 16 are the page's own, readable on light and dark. */
export const css = (colour) => (colour < 16 ? `var(--ansi-${colour})` : fixed(colour));

/** The CSS of a background colour, or of text on one. */
export function fixed(colour) {
  if (typeof colour === 'string') return colour;
  if (colour < 16) return USUAL[colour];
  if (colour >= 232) { const grey = 8 + 10 * (colour - 232); return `rgb(${grey} ${grey} ${grey})`; }
  const n = colour - 16;
  return `rgb(${CUBE[Math.floor(n / 36)]} ${CUBE[Math.floor(n / 6) % 6]} ${CUBE[n % 6]})`;
}
