// Search in the transcript: hits are marked and counted, Enter and Shift+Enter walk through them.
// The browser paints the marks over the text; the page's nodes stay as they are.

const painter = globalThis.CSS?.highlights;

class Finder {
  constructor(box, transcript) {
    Object.assign(this, { box, transcript, hits: [], current: 0 });
    this.field = box.querySelector("input");
    this.count = box.querySelector(".count");
    this.field.addEventListener("input", () => this.look(0));
    this.field.addEventListener("keydown", (event) => this.press(event));
    for (const button of box.querySelectorAll("[data-step]")) {
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    }
  }

  get isLooking() {
    return this.field.value !== "";
  }

  show(data) {
    const { labels, segments } = data;
    this.data = data;
    this.box.hidden = segments.length === 0;
    this.field.placeholder = labels.find;
    this.field.setAttribute("aria-label", labels.find);
    nameButton(this.box.querySelector("[data-step='-1']"), labels.previous_hit);
    nameButton(this.box.querySelector("[data-step='1']"), labels.next_hit);
    this.look(this.current, false);
  }

  focus() {
    this.field.focus();
    this.field.select();
  }

  leave() {
    this.paint([]);
  }

  look(current, goes = true) {
    const key = searchKey(this.field.value);
    this.hits = this.transcript.rows.flatMap((row, at) => {
      const ranges = rangesOf(key, row.querySelector(".text"));
      row.classList.toggle("found", ranges.length > 0);
      return ranges.map((range) => ({ at, range }));
    });
    this.current = Math.min(current, Math.max(this.hits.length - 1, 0));
    this.tell(key !== "");
    if (goes) this.go();
  }

  step(by) {
    if (!this.hits.length) return;
    this.current = (this.current + by + this.hits.length) % this.hits.length;
    this.tell(true);
    this.go();
  }

  go() {
    const hit = this.hits[this.current];
    if (!hit) return;
    hit.range.startContainer.parentElement.closest("details")?.setAttribute("open", "");
    this.transcript.reveal(hit.at);
  }

  tell(isLooking) {
    const { labels, language } = this.data;
    const said = this.hits.length
      ? labels.hit_of.replace("{place}", this.current + 1).replace("{count}", this.hits.length)
      : labels.no_hit;
    write(this.count, isLooking ? digits(said, language) : "");
    for (const button of this.box.querySelectorAll("[data-step]")) button.hidden = this.hits.length < 2;
    this.paint(this.hits.map(({ range }) => range));
  }

  paint(ranges) {
    if (!painter) return; // then the lines alone are marked
    painter.set("qm-hit", new Highlight(...ranges));
    painter.set("qm-hit-now", new Highlight(...ranges.slice(this.current, this.current + 1)));
  }

  press(event) {
    if (event.isComposing) return;
    event.stopPropagation();
    if (event.key === "Enter") this.step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  close() {
    this.field.value = "";
    this.look(0);
    this.field.blur();
  }
}

function rangesOf(key, place) {
  if (key === "") return [];
  const nodes = [];
  const ends = [];
  let text = "";
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (walker.currentNode.parentElement.closest("summary")) continue;
    nodes.push(walker.currentNode);
    text += walker.currentNode.data;
    ends.push(text.length);
  }
  const inside = (place, isEnd) => {
    const at = ends.findIndex((end) => (isEnd ? place <= end : place < end));
    return [nodes[at], place - (at ? ends[at - 1] : 0)];
  };
  return placesOf(key, text).map(([start, end]) => {
    const range = document.createRange();
    range.setStart(...inside(start, false));
    range.setEnd(...inside(end, true));
    return range;
  });
}
