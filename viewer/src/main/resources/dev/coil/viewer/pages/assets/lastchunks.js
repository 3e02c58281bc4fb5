// Holds the last of what comes, where all of it would be too much for the page.

/** Characters. */
const MOST = 200_000;

export class LastChunks {
  constructor() {
    this.chunks = [];
    this.length = 0;
    this.lost = 0;
  }

  add(chunks) {
    for (const chunk of chunks) {
      this.chunks.push(chunk);
      this.length += chunk.text.length;
    }
    let old = 0;
    while (this.length - this.chunks[old]?.text.length > MOST) {
      this.length -= this.chunks[old].text.length;
      this.lost += this.chunks[old].text.length;
      old++;
    }
    this.chunks.splice(0, old);
  }

  /** What is left, behind a line that says how much is not. */
  take() {
    const { chunks, lost } = this;
    this.chunks = [];
    const text = `coil: ${lost.toLocaleString('en')} characters are left out on this page, and stand in the raw log\n`;
    return lost && chunks.length ? [{ stream: 'coil', t: chunks[0].t, text }, ...chunks] : chunks;
  }
}
