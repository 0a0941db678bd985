// The time axis: a lane for each speaker, long silences, what is cited where, and the stretch that
// is being marked. It runs from left to right in every language.

const NUDGE_S = 0.5;
const NEAR_SHARE = 0.02; // of the axis: so near, marks would cover each other
const MARK_PX = 18;

class Axis {
  constructor(find, player) {
    Object.assign(this, { find, player, shown: {} });
    this.axis = find(".axis");
    this.tracks = find(".tracks");
    this.axis.addEventListener("pointerdown", (event) => this.scrub(event));
    this.axis.addEventListener("pointermove", (event) => event.buttons && this.scrub(event));
    this.band = find(".stretch");
    for (const edge of ["start_s", "end_s"]) this.band.append(this.handle(edge));
  }

  show(data, duration_s) {
    const { segments, marks, silences, labels } = data;
    Object.assign(this, { data, duration_s });
    this.tracks.setAttribute("aria-label", labels.position);
    this.tracks.setAttribute("aria-valuemax", Math.round(duration_s));
    const spoken = segments.map((s) => [s.speaker, s.start_s, s.end_s, s.text === ""]);
    this.changed("lanes", [spoken, silences, labels, duration_s], () => this.showLanes());
    this.changed("marks", [marks, duration_s], () => {
      this.find(".marks").replaceChildren(...this.besideEachOther(marks).map((mark) => this.mark(mark)));
    });
  }

  changed(part, value, write) {
    const now = JSON.stringify(value);
    if (this.shown[part] === now) return;
    this.shown[part] = now;
    write();
  }

  showLanes() {
    const { segments, silences, labels } = this.data;
    const speakers = lanesOf(segments);
    if (!speakers.length) return this.showWaves();
    this.find(".names").replaceChildren(...speakers.map((s) => node("span", s, labels[s])));
    const silent = silences.map(([start_s, end_s]) => this.place(node("b", "silence"), start_s, end_s));
    this.tracks.replaceChildren(...speakers.map((s) => this.lane(s)), ...silent);
  }

  // Nobody knows yet who speaks when: then it is the sound itself, a lane for each channel.
  async showWaves() {
    const { recording_url } = this.data;
    this.find(".names").replaceChildren();
    this.tracks.replaceChildren(node("div", "lane"));
    const channels = recording_url ? await peaksOf(recording_url) : [];
    if (!channels.length || lanesOf(this.data.segments).length) return;
    this.tracks.replaceChildren(...channels.map(wave));
  }

  lane(speaker) {
    const lane = node("div", `lane ${speaker}`);
    for (const { start_s, end_s, speaker: who, text } of this.data.segments) {
      if (who !== speaker || start_s === null || end_s === null || text === "") continue;
      lane.append(this.place(node("i", ""), start_s, end_s));
    }
    return lane;
  }

  place(block, start_s, end_s) {
    block.style.left = percent(start_s, this.duration_s);
    block.style.width = percent(end_s - start_s, this.duration_s);
    return block;
  }

  // Marks of nearly the same place stand beside each other, not on each other.
  besideEachOther(marks) {
    let place = 0;
    const inOrder = [...marks].sort((one, other) => one.start_s - other.start_s);
    return inOrder.map((mark, at) => {
      const isNear = at > 0 && mark.start_s - inOrder[at - 1].start_s < NEAR_SHARE * this.duration_s;
      place = isNear ? place + 1 : 0;
      return { ...mark, place };
    });
  }

  mark({ label, start_s, end_s, place }) {
    const { language } = this.data;
    const mark = node("button", "mark", label);
    const time = end_s === null ? clockText(start_s, language) : stretchText(start_s, end_s, language);
    mark.type = "button";
    mark.style.left = percent(start_s, this.duration_s);
    mark.style.marginLeft = `${place * MARK_PX}px`;
    nameButton(mark, `${label} · ${time}`);
    mark.addEventListener("pointerdown", (event) => event.stopPropagation());
    mark.addEventListener("mousedown", (event) => event.preventDefault());
    mark.addEventListener("click", () => this.player.playFrom(start_s, end_s));
    return mark;
  }

  tick(now_s, place) {
    this.find(".playhead").style.left = percent(now_s, this.duration_s);
    this.tracks.setAttribute("aria-valuenow", Math.round(now_s));
    this.tracks.setAttribute("aria-valuetext", place);
  }

  // ---- the stretch that is being marked ------------------------------------------------------

  showStretch({ start_s, end_s }) {
    const { labels, language } = this.data;
    this.band.hidden = start_s === null;
    if (start_s === null) return;
    this.place(this.band, start_s, end_s ?? start_s);
    const [first, last] = this.band.children;
    last.hidden = end_s === null;
    for (const [handle, at_s, label] of [[first, start_s, labels.mark_in], [last, end_s, labels.mark_out]]) {
      handle.setAttribute("aria-label", label);
      handle.setAttribute("aria-valuemax", Math.round(this.duration_s));
      handle.setAttribute("aria-valuenow", Math.round(at_s ?? 0));
      handle.setAttribute("aria-valuetext", clockText(at_s ?? 0, language));
    }
  }

  handle(edge) {
    const handle = node("span", `handle ${edge}`);
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-valuemin", "0");
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!event.buttons) return;
      event.stopPropagation();
      this.player.stretch.move(edge, this.secondAt(event));
    });
    handle.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -NUDGE_S, ArrowRight: NUDGE_S }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.player.stretch.move(edge, this.player.stretch[edge] + by);
    });
    return handle;
  }

  scrub(event) {
    this.axis.setPointerCapture(event.pointerId);
    this.player.seek(this.secondAt(event));
  }

  secondAt(event) {
    const { left, width } = this.axis.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - left) / width, 0), 1) * this.duration_s;
  }
}

// No speakers where nothing is told to be said.
function lanesOf(segments) {
  const spoken = new Set(segments.filter(({ start_s }) => start_s !== null).map(({ speaker }) => speaker));
  if (!spoken.size) return [];
  const known = spoken.has("agent") || spoken.has("customer");
  if (!known) return ["unknown"];
  return spoken.has("unknown") ? ["agent", "customer", "unknown"] : ["agent", "customer"];
}
