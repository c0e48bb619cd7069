const KEPT = 150;

/** What happened in a run, in order: the last lines to read, and a hash of all of them to compare runs by. */
export class Trace {
  private readonly lines: string[] = [];
  private low = 0x811c9dc5;
  private high = 0x9747b28c;

  note(line: string): void {
    this.lines.push(line);
    if (this.lines.length > 2 * KEPT) this.lines.splice(0, KEPT);
    this.mix(line);
  }

  /** FNV-1a over two lanes. */
  private mix(text: string): void {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      this.low = Math.imul(this.low ^ unit, 0x01000193);
      this.high = Math.imul(this.high ^ unit, 0x85ebca6b);
    }
    this.low = Math.imul(this.low ^ 10, 0x01000193);
  }

  get hash(): string {
    return [this.high, this.low].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
  }

  get tail(): readonly string[] {
    return this.lines.slice(-KEPT);
  }
}
