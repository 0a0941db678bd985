// The player's behaviour. Streamlit calls the default export at every change of `data`; the audio
// and the page's nodes stay, only what differs is written.

const SPEEDS = [1, 1.25, 1.5, 2, 0.75];
const STEP_S = 5;
const BELOW_PX = 36; // what the page keeps free below the transcript

const players = new WeakMap(); // the <section> → its Player
const present = new Set(); // the players on the page
const preference = { speed: 1, follow: true }; // kept from one interaction to the next
let active = null; // the player the hotkeys belong to

export default function ({ parentElement, data, setTriggerValue }) {
  const section = parentElement.querySelector(".player");
  if (!players.has(section)) players.set(section, new Player(section));
  const player = players.get(section);
  player.arrive();
  player.onCite = (line) => setTriggerValue("cite", { line, question: questionCurrent() });
  player.onPin = (stretch) => setTriggerValue("pin", { ...stretch, question: questionCurrent() });
  player.onCorrect = (correction) => setTriggerValue("correct", correction);
  player.show(data);
  return () => player.leave();
}

class Player {
  constructor(section) {
    this.section = section;
    this.shown = {};
    this.until_s = null; // where playing ends by itself
    this.find = (selector) => section.querySelector(selector);
    section.addEventListener("pointerdown", () => (active = this));
    for (const button of section.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this[button.dataset.do]());
      // A click leaves the focus where it was: Space keeps meaning play, not this button.
      button.addEventListener("mousedown", (event) => event.preventDefault());
    }
    this.axis = new Axis(this.find, this);
    this.stretch = new Stretch(() => this.showStretch());
    this.recording = new Recording(() => this.tick(), () => this.showAxis(), (why) => this.trouble(why));
    this.transcript = new Transcript(
      this.find(".turns"),
      (start_s) => this.playFrom(start_s),
      (index) => this.onCite(index),
      (correction) => this.onCorrect(correction),
    );
    this.finder = new Finder(this.find(".find"), this.transcript);
    this.remarks = new RemarkList(this.find(".remarks"), (start_s, line) => this.go(start_s, line));
  }

  // Streamlit also takes a player away and shows it again on the same nodes: it is the same one,
  // with its lines and what somebody writes in one of them.
  arrive() {
    if (present.has(this)) return;
    present.add(this);
    active = this;
    this.watch();
  }

  watch() {
    this.listening = new AbortController();
    addEventListener("resize", () => this.fit(), this.listening);
    this.sizes = new ResizeObserver(() => this.fit());
    for (const part of this.section.children) if (part !== this.find(".turns")) this.sizes.observe(part);
    this.questions = new MutationObserver(() => this.showPin());
    this.questions.observe(document.body, { subtree: true, childList: true, attributeFilter: ["data-qm-pin"] });
  }

  leave() {
    cancelAnimationFrame(this.frame);
    this.listening.abort();
    this.sizes.disconnect();
    this.questions.disconnect();
    this.finder.leave();
    this.recording.park();
    present.delete(this);
    if (active === this) active = [...present].at(-1) ?? null;
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
    this.finder.show(data);
    this.showAxis();
    this.stretch.settle(data.marks);
    this.showStretch();
    this.tick();
    this.fit();
    this.start(data.start);
  }

  // Once for each start: neither a rerun nor a remount jumps back to it.
  start(start) {
    const place = this.recording.audio ?? this.section;
    const wanted = JSON.stringify(start ?? null);
    if (!start || place.started === wanted) return;
    place.started = wanted;
    this.go(start.start_s, start.line, start.end_s);
  }

  changed(part, value, write) {
    const now = JSON.stringify(value);
    if (this.shown[part] === now) return;
    this.shown[part] = now;
    write();
  }

  showLabels() {
    const { labels, language, segments, can_cite, recording_url } = this.data;
    const button = (name) => this.find(`[data-do=${name}]`);
    write(this.find("[data-do=back] span"), digits(`−${STEP_S}`, language));
    write(this.find("[data-do=forward] span"), digits(`+${STEP_S}`, language));
    write(this.find("[data-do=markIn] span"), labels.mark_in);
    write(this.find("[data-do=markOut] span"), labels.mark_out);
    write(button("follow"), labels.follow);
    write(button("speed"), digits(`${preference.speed}×`, language));
    write(this.find(".empty"), labels.empty);
    this.find(".empty").hidden = segments.length > 0;
    for (const name of ["back", "forward", "unmark"]) nameButton(button(name), labels[name]);
    nameButton(button("speed"), `${labels.speed}: ${digits(preference.speed, language)}×`);
    button("follow").setAttribute("aria-pressed", preference.follow);
    // Who only reads marks nothing: what is left of that line joins the one above it.
    this.find(".second").hidden = !can_cite || !recording_url;
    this.find(can_cite ? ".second" : ".deck .transport").append(button("follow"));
    this.find(".cutting").setAttribute("aria-label", labels.cutting);
    this.showPin();
  }

  showPin() {
    if (this.data?.can_cite) write(this.find("[data-do=pin] span"), questionSaid() || this.data.labels.pin);
  }

  showFacts() {
    const pills = this.data.facts.map(({ text, explanation }) =>
      Object.assign(node("span", "pill", text), { title: harmless(explanation) }),
    );
    if (this.data.note) pills.push(node("span", "note", this.data.note));
    this.find(".facts").replaceChildren(...pills);
  }

  showAxis() {
    this.axis.show(this.data, this.duration());
  }

  showStretch() {
    const { start_s, end_s, isWhole } = this.stretch;
    const { labels, language } = this.data;
    this.axis.showStretch(this.stretch);
    const hear = this.find("[data-do=hear]");
    const marked = isWhole ? stretchText(start_s, end_s, language) : `${clockText(start_s ?? 0, language)}–`;
    write(hear, `▶\ufe0e ${marked}`);
    nameButton(hear, labels.hear.replace("{stretch}", marked));
    hear.hidden = start_s === null;
    this.find("[data-do=unmark]").hidden = start_s === null;
  }

  // The transcript takes what the window has left, so that the page itself need not scroll.
  fit() {
    const list = this.find(".turns");
    const scrolled = document.querySelector("[data-testid=stMain]")?.scrollTop ?? 0;
    const { host } = this.section.getRootNode();
    const pane = host?.closest("[data-testid=stColumn]");
    // Where the pane stays while the page scrolls, the row it stands in tells where it began.
    const stuck = pane ? pane.getBoundingClientRect().top - pane.parentElement.getBoundingClientRect().top : 0;
    const top = list.getBoundingClientRect().top + scrolled - stuck;
    list.style.setProperty("--room", `${Math.round(innerHeight - top - BELOW_PX)}px`);
  }

  // Called while playing at every frame: writes only what moved.
  tick() {
    const { labels, language, recording_url } = this.data;
    if (!recording_url) return;
    if (this.until_s !== null && this.recording.now >= this.until_s) this.stop();
    const { now, playing } = this.recording;
    const place = `${clockText(now, language)} / ${clockText(this.duration(), language)}`;
    this.axis.tick(now, place);
    write(this.find(".clock"), place);
    this.section.classList.toggle("playing", playing);
    nameButton(this.find("[data-do=toggle]"), playing ? labels.pause : labels.play);
    if (this.transcript.highlight(now) && preference.follow && !this.finder.isLooking) this.transcript.reveal();
    cancelAnimationFrame(this.frame);
    if (playing) this.frame = requestAnimationFrame(() => this.tick());
  }

  duration() {
    const ends = this.data.segments.map((segment) => segment.end_s ?? 0);
    return this.recording.duration() ?? Math.max(this.data.duration_s ?? 0, ...ends);
  }

  seek(time_s) {
    this.until_s = null;
    this.recording.seek(Math.min(Math.max(time_s, 0), this.duration()));
    this.tick();
  }

  // With an end it plays exactly the stretch.
  playFrom(time_s, end_s = null) {
    if (time_s === null || !this.data.recording_url) return;
    this.seek(time_s);
    this.until_s = end_s;
    this.recording.play();
  }

  stop() {
    this.until_s = null;
    this.recording.pause();
  }

  // To a second of the recording; without one, to the line.
  go(start_s, line, end_s = null) {
    if (start_s !== null && this.data.recording_url) this.playFrom(start_s, end_s);
    else this.transcript.point(this.data.segments.findIndex((segment) => segment.index === line));
  }

  // ---- what the user does --------------------------------------------------------------------

  can(action) {
    if (action === "search") return this.data.segments.length > 0;
    if (!this.data.recording_url) return false;
    return this.data.can_cite || !["markIn", "markOut", "pin"].includes(action);
  }

  toggle() {
    this.until_s = null;
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

  search() {
    this.finder.focus();
  }

  markIn() {
    this.stretch.from(this.recording.now);
  }

  markOut() {
    this.stretch.to(this.recording.now, this.transcript.line?.start_s ?? 0);
  }

  unmark() {
    this.stretch.clear();
  }

  hear() {
    this.playFrom(this.stretch.start_s, this.stretch.end_s);
  }

  // The marked stretch; one without an end ends here; without any, the line that is being said.
  pin() {
    if (this.stretch.start_s !== null && !this.stretch.isWhole) this.markOut();
    const { start_s, end_s, isWhole } = this.stretch;
    const { line } = this.transcript;
    if (isWhole) {
      this.stretch.sent(this.data.marks);
      this.onPin({ start_s, end_s });
    } else if (line) this.onCite(line.index);
  }
}
