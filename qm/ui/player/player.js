// The player's behaviour. Streamlit calls the default export at every change of `data`; the audio
// and the page's nodes stay, only what differs is written.

const SPEEDS = [1, 1.25, 1.5, 2, 0.75];
const STEP_S = 5;

const players = new WeakMap(); // the <section> → its Player
const preference = { speed: 1, follow: true }; // kept from one interaction to the next
let active = null; // the player the hotkeys belong to

export default function ({ parentElement, data, setTriggerValue }) {
  const section = parentElement.querySelector(".player");
  if (!players.has(section)) players.set(section, new Player(section));
  const player = players.get(section);
  player.onCite = (index) => setTriggerValue("cite", index);
  player.onCorrect = (correction) => setTriggerValue("correct", correction);
  player.show(data);
  return () => player.leave();
}

class Player {
  constructor(section) {
    this.section = section;
    this.shown = {};
    this.find = (selector) => section.querySelector(selector);
    this.axis = this.find(".axis");
    section.addEventListener("pointerdown", () => (active = this));
    for (const button of section.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this[button.dataset.do]());
      // A click leaves the focus where it was: Space keeps meaning play, not this button.
      button.addEventListener("mousedown", (event) => event.preventDefault());
    }
    this.axis.addEventListener("pointerdown", (event) => this.scrub(event));
    this.axis.addEventListener("pointermove", (event) => event.buttons && this.scrub(event));
    this.recording = new Recording(() => this.tick(), () => this.showAxis(), (why) => this.trouble(why));
    this.transcript = new Transcript(
      this.find(".turns"),
      (start_s) => this.playFrom(start_s),
      (index) => this.onCite(index),
      (correction) => this.onCorrect(correction),
    );
    this.remarks = new RemarkList(this.find(".remarks"), (start_s, line) => this.go(start_s, line));
    active = this;
  }

  leave() {
    cancelAnimationFrame(this.frame);
    this.recording.park();
    players.delete(this.section);
    if (active === this) active = null;
  }

  trouble(reason) {
    const message = this.find(".trouble");
    this.section.classList.toggle("broken", reason !== "");
    message.hidden = reason === "";
    write(message, reason && this.data.labels[reason]);
  }

  // ---- what is shown -------------------------------------------------------------------------

  show(data) {
    this.data = data;
    this.section.dir = data.language === "fa" ? "rtl" : "ltr";
    this.section.lang = data.language;
    this.section.classList.toggle("conversation", !data.recording_url);
    this.recording.load(data.recording_url, preference.speed);
    this.showLabels();
    this.changed("facts", [data.facts, data.note], () => this.showFacts());
    this.changed("remarks", [data.remarks, data.language], () => this.remarks.show(data));
    this.transcript.show(data);
    this.showAxis();
    this.tick();
    this.start(data.start);
  }

  // Once for each start: neither a rerun nor a remount jumps back to it.
  start(start) {
    const place = this.recording.audio ?? this.section;
    const wanted = JSON.stringify(start ?? null);
    if (!start || place.started === wanted) return;
    place.started = wanted;
    this.go(start.start_s, start.line);
  }

  changed(part, value, write) {
    const now = JSON.stringify(value);
    if (this.shown[part] === now) return;
    this.shown[part] = now;
    write();
  }

  showLabels() {
    const { labels, language } = this.data;
    write(this.find("[data-do=back] span"), digits(`−${STEP_S}`, language));
    write(this.find("[data-do=forward] span"), digits(`+${STEP_S}`, language));
    write(this.find("[data-do=follow]"), labels.follow);
    write(this.find("[data-do=speed]"), digits(`${preference.speed}×`, language));
    write(this.find(".empty"), labels.empty);
    this.find(".empty").hidden = this.data.segments.length > 0;
    for (const name of ["back", "forward"]) nameButton(this.find(`[data-do=${name}]`), labels[name]);
    nameButton(this.find("[data-do=speed]"), `${labels.speed}: ${digits(preference.speed, language)}`);
    this.find("[data-do=follow]").setAttribute("aria-pressed", preference.follow);
    this.axis.setAttribute("aria-label", labels.position);
  }

  showFacts() {
    const pills = this.data.facts.map(({ text, explanation }) =>
      Object.assign(node("span", "pill", text), { title: explanation }),
    );
    if (this.data.note) pills.push(node("span", "note", this.data.note));
    this.find(".facts").replaceChildren(...pills);
  }

  showAxis() {
    const { segments, marks, labels } = this.data;
    const duration = this.duration();
    this.changed("lanes", [segments.map((s) => [s.speaker, s.start_s, s.end_s, s.text === ""]), labels, duration], () => {
      const speakers = lanesOf(segments);
      this.find(".names").replaceChildren(...speakers.map((s) => node("span", s, labels[s])));
      this.find(".tracks").replaceChildren(...speakers.map((s) => this.lane(s, duration)));
    });
    this.changed("marks", [marks, duration], () => {
      this.find(".marks").replaceChildren(...marks.map((mark) => this.mark(mark, duration)));
    });
    this.axis.setAttribute("aria-valuemax", Math.round(duration));
  }

  lane(speaker, duration) {
    const lane = node("div", `lane ${speaker}`);
    for (const { start_s, end_s, speaker: who, text } of this.data.segments) {
      if (who !== speaker || start_s === null || end_s === null || text === "") continue;
      const block = node("i", "");
      block.style.left = percent(start_s, duration);
      block.style.width = percent(end_s - start_s, duration);
      lane.append(block);
    }
    return lane;
  }

  mark({ label, start_s }, duration) {
    const mark = node("button", "mark", label);
    mark.type = "button";
    mark.style.left = percent(start_s, duration);
    nameButton(mark, `${label} · ${clockText(start_s, this.data.language)}`);
    mark.addEventListener("pointerdown", (event) => event.stopPropagation());
    mark.addEventListener("click", () => this.seek(start_s));
    return mark;
  }

  // Called while playing at every frame: writes only what moved.
  tick() {
    const { labels, language, recording_url } = this.data;
    if (!recording_url) return;
    const { now, playing } = this.recording;
    const place = `${clockText(now, language)} / ${clockText(this.duration(), language)}`;
    this.find(".playhead").style.left = percent(now, this.duration());
    write(this.find(".clock"), place);
    this.axis.setAttribute("aria-valuenow", Math.round(now));
    this.axis.setAttribute("aria-valuetext", place);
    this.section.classList.toggle("playing", playing);
    nameButton(this.find("[data-do=toggle]"), playing ? labels.pause : labels.play);
    if (this.transcript.highlight(now) && preference.follow) this.transcript.reveal();
    cancelAnimationFrame(this.frame);
    if (playing) this.frame = requestAnimationFrame(() => this.tick());
  }

  duration() {
    const ends = this.data.segments.map((segment) => segment.end_s ?? 0);
    return this.recording.duration() ?? Math.max(this.data.duration_s ?? 0, ...ends);
  }

  seek(time_s) {
    this.recording.seek(Math.min(Math.max(time_s, 0), this.duration()));
    this.tick();
  }

  playFrom(time_s) {
    if (time_s === null || !this.data.recording_url) return;
    this.seek(time_s);
    this.recording.play();
  }

  // To a second of the recording; without one, to the line.
  go(start_s, line) {
    if (start_s !== null && this.data.recording_url) this.playFrom(start_s);
    else this.transcript.reveal(this.data.segments.findIndex((segment) => segment.index === line));
  }

  // ---- what the user does --------------------------------------------------------------------

  toggle() {
    if (this.recording.playing) this.recording.pause();
    else this.recording.play();
  }

  back() {
    this.seek(this.recording.now - STEP_S);
  }

  forward() {
    this.seek(this.recording.now + STEP_S);
  }

  speed() {
    preference.speed = SPEEDS[(SPEEDS.indexOf(preference.speed) + 1) % SPEEDS.length];
    this.recording.speed(preference.speed);
    this.showLabels();
  }

  follow() {
    preference.follow = !preference.follow;
    this.showLabels();
    if (preference.follow) this.transcript.reveal();
  }

  scrub(event) {
    const { left, width } = this.axis.getBoundingClientRect();
    this.axis.setPointerCapture(event.pointerId);
    this.seek(((event.clientX - left) / width) * this.duration());
  }
}

function lanesOf(segments) {
  const spoken = new Set(segments.map((segment) => segment.speaker));
  const known = spoken.has("agent") || spoken.has("customer");
  if (!known) return spoken.has("unknown") ? ["unknown"] : ["agent", "customer"];
  return spoken.has("unknown") ? ["agent", "customer", "unknown"] : ["agent", "customer"];
}

function percent(part_s, whole_s) {
  return whole_s > 0 ? `${Math.min((100 * part_s) / whole_s, 100)}%` : "0%";
}
