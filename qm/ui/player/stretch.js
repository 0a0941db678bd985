// A stretch of the recording that somebody marks with its two ends, to pin it to a question.

class Stretch {
  constructor(onChange) {
    this.onChange = onChange;
    this.start_s = this.end_s = this.sentBeside = null;
  }

  get isWhole() {
    return this.start_s !== null && this.end_s !== null;
  }

  from(now_s) {
    const { end_s } = this;
    this.set(now_s, end_s !== null && end_s > now_s ? end_s : null);
  }

  // Without a beginning it is the line's: who hears something worth citing has heard its start.
  to(now_s, lineStart_s) {
    const start_s = this.start_s !== null && this.start_s < now_s ? this.start_s : lineStart_s;
    if (start_s < now_s) this.set(start_s, now_s);
  }

  move(edge, to_s) {
    const next = { start_s: this.start_s, end_s: this.end_s, [edge]: Math.max(to_s, 0) };
    if (next.end_s === null || next.start_s < next.end_s) this.set(next.start_s, next.end_s);
  }

  clear() {
    this.set(null, null);
  }

  set(start_s, end_s) {
    Object.assign(this, { start_s, end_s, sentBeside: null });
    this.onChange();
  }

  // It stays until Python has taken it: then what is cited differs.
  sent(marks) {
    this.sentBeside = JSON.stringify(marks);
  }

  settle(marks) {
    if (this.sentBeside !== null && this.sentBeside !== JSON.stringify(marks)) this.clear();
  }
}
