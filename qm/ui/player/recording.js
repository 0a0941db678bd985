// One recording: an audio element outside the page, so that no rerun or remount interrupts it.

// An unmounted player's audio plays on this long, waiting for the remount of a shifted layout.
const REMOUNT_MS = 500;
const parked = new Map(); // URL → audio of an unmounted player
const REASONS = { 401: "signed_out", 403: "forbidden", 404: "missing", 409: "unsilenced", 410: "missing" };

class Recording {
  constructor(onMove, onLength, onTrouble) {
    this.url = null;
    this.audio = null;
    Object.assign(this, { onMove, onLength, onTrouble });
  }

  get now() {
    return this.audio?.currentTime ?? 0;
  }

  get playing() {
    return this.audio !== null && !this.audio.paused;
  }

  duration() {
    const length_s = this.audio?.duration;
    return Number.isFinite(length_s) && length_s > 0 ? length_s : null;
  }

  load(url, speed) {
    if (url === this.url) return;
    if (this.audio) silence(this.detach());
    this.onTrouble("");
    this.url = url;
    if (!url) return;
    this.audio = parked.get(url) ?? Object.assign(new Audio(), { preload: "metadata", src: url });
    parked.delete(url);
    this.speed(speed);
    this.listen();
    if (this.audio.error) this.explain();
  }

  listen() {
    this.listening = new AbortController();
    const on = (names, react) => {
      for (const name of names) this.audio.addEventListener(name, react, this.listening);
    };
    on(["play", "pause", "ended", "seeked", "timeupdate"], () => this.onMove());
    on(["durationchange"], () => (this.onLength(), this.onMove()));
    on(["loadedmetadata"], () => this.onTrouble(""));
    on(["error"], () => this.explain());
  }

  detach() {
    const { audio } = this;
    this.listening.abort();
    this.audio = this.url = null;
    return audio;
  }

  park() {
    if (!this.audio) return;
    const { url } = this;
    const audio = this.detach();
    parked.set(url, audio);
    setTimeout(() => {
      if (parked.get(url) !== audio) return;
      parked.delete(url);
      silence(audio);
    }, REMOUNT_MS);
  }

  play() {
    if (this.audio.error) this.audio.load();
    this.audio.play().catch(() => {}); // the error event tells the user
  }

  pause() {
    this.audio.pause();
  }

  seek(time_s) {
    this.audio.currentTime = time_s;
  }

  speed(rate) {
    this.audio.playbackRate = this.audio.defaultPlaybackRate = rate;
  }

  // An audio error does not say why: ask the server for the first byte and name the reason.
  async explain() {
    const { url } = this;
    let reason = "unreachable";
    try {
      const answer = await fetch(url, { headers: { Range: "bytes=0-0" } });
      answer.body?.cancel();
      if (answer.redirected) reason = "signed_out";
      else if (answer.ok) reason = "unreadable";
      else reason = REASONS[answer.status] ?? "unreachable";
    } catch {
      // The server is away: "unreachable" stands.
    }
    if (url === this.url) this.onTrouble(reason);
  }
}

// Also ends the download.
function silence(audio) {
  audio.pause();
  audio.removeAttribute("src");
  audio.load();
}
