// The seconds of work on an assignment. Not counted: while the page is hidden, after a minute in
// which nothing happens and nothing is played, and from keeping a draft until one goes on.

const IDLE_MS = 60_000;
const REPORT_MS = 15_000;
const clocks = new Map(); // assignment → its clock, kept while the page shows it anew
const ACTIVITY = ["pointermove", "pointerdown", "keydown", "wheel", "touchmove"];
let lastAt = Date.now();
let isPaused = false;

for (const name of ACTIVITY) {
  window.addEventListener(name, ({ type, target, ctrlKey, code }) => {
    lastAt = Date.now();
    const isDraft = (ctrlKey && code === "KeyS") || (target instanceof Element && target.closest('[class*="st-key-draft-"]'));
    if (["pointerdown", "keydown"].includes(type) && !isDraft) isPaused = false;
  }, { capture: true, passive: true });
}
window.addEventListener("qm-pause", () => {
  isPaused = true;
  setTimeout(report, 500); // the draft first: what two fragments send at once is taken for one's
});
window.addEventListener("qm-report", report);
document.addEventListener("visibilitychange", report);

function report() {
  for (const clock of clocks.values()) clock.report();
}

export default function ({ parentElement, data, setStateValue }) {
  const { assignment, active_s } = data;
  if (!clocks.has(assignment)) {
    for (const other of clocks.values()) other.stop();
    clocks.clear();
    clocks.set(assignment, new Clock(active_s));
  }
  clocks.get(assignment).show(parentElement.querySelector(".clock"), data, setStateValue);
}

class Clock {
  constructor(active_s) {
    Object.assign(this, { active_s, reported_s: active_s, tickedAt: Date.now(), reportedAt: Date.now() });
    isPaused = false;
    this.ticking = setInterval(() => this.tick(), 1000);
  }

  show(place, data, send) {
    Object.assign(this, { place, data, send });
    this.draw();
  }

  tick() {
    const now = Date.now();
    // At most two seconds: a machine that slept was not at work.
    if (this.isCounting(now)) this.active_s += Math.min(now - this.tickedAt, 2000) / 1000;
    this.tickedAt = now;
    this.draw();
    if (now - this.reportedAt > REPORT_MS) this.report();
  }

  isCounting(now) {
    return !isPaused && !document.hidden && (now - lastAt < IDLE_MS || isPlaying());
  }

  report() {
    if (!this.place?.isConnected || this.active_s - this.reported_s < 1) return;
    this.reportedAt = Date.now();
    this.reported_s = this.active_s;
    this.send("active_s", Math.round(this.active_s));
  }

  draw() {
    if (!this.place) return;
    const whole = Math.floor(this.active_s);
    const text = [Math.floor(whole / 60), whole % 60].map((part) => String(part).padStart(2, "0")).join(":");
    const { digits, labels } = this.data;
    this.place.textContent = text.replace(/\d/g, (digit) => digits[digit]);
    const isCounting = this.isCounting(Date.now());
    this.place.classList.toggle("paused", !isCounting);
    this.place.title = isCounting ? labels.counts : labels.pauses;
  }

  stop() {
    clearInterval(this.ticking);
  }
}

function isPlaying() {
  return [...document.querySelectorAll('[class*="st-key-player-"] div')].some((host) =>
    host.shadowRoot?.querySelector(".player.playing"),
  );
}
