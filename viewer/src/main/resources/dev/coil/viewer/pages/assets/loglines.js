// Puts what comes of a log together to lines, each of one stream, in the order in which they begin.

import { PLAIN, settle, styleAfter } from '/assets/ansi.js';

/** What a line has beyond that is not kept, since a program may never end one. */
const LONGEST = 100_000;

export class LogLines {
  constructor() {
    /** @type {{number: number, text: string, stream: string, t: number, style: object, more: number}[]} more: how many characters are not kept */
    this.lines = [];
    this.open = new Map();
    this.styles = new Map();
  }

  /** @returns the number of the first line that is new or changed */
  add(chunks) {
    let first = this.lines.length + 1;
    for (const chunk of chunks) {
      const parts = chunk.text.split('\n');
      for (let i = 0; i < parts.length; i++) {
        const ends = i < parts.length - 1;
        if (parts[i] === '' && !ends) continue;
        const line = this.open.get(chunk.stream) ?? this.begin(chunk);
        if (line.number < first) first = line.number;
        this.extend(line, parts[i]);
        if (ends) this.end(line);
      }
    }
    return first;
  }

  begin(chunk) {
    const line = { number: this.lines.length + 1, text: '', raw: '', stream: chunk.stream, t: chunk.t, style: this.styles.get(chunk.stream) ?? PLAIN, more: 0 };
    this.lines.push(line);
    this.open.set(chunk.stream, line);
    return line;
  }

  /** A carriage return at the end is kept, as only what follows shows what it was meant for. */
  extend(line, text) {
    const raw = line.raw + text;
    line.text = settle(raw);
    if (line.text.length > LONGEST) {
      line.more += line.text.length - LONGEST;
      line.text = line.text.slice(0, LONGEST);
    }
    line.raw = raw.endsWith('\r') ? line.text + '\r' : line.text;
  }

  end(line) {
    delete line.raw;
    this.open.delete(line.stream);
    this.styles.set(line.stream, styleAfter(line.text, line.style));
  }
}
