// What was given here and is not in the draft yet. It is kept in the tab's own storage, so that it
// outlives a reload, a lost connection and a session that ends; signing out takes it away.

const STORED = "qm-unsaved-";

window.addEventListener("submit", ({ target }) => {
  if (new URL(target.action, location).pathname !== "/sign-out") return;
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(STORED)) sessionStorage.removeItem(name);
  }
}, true);

class Unsaved {
  constructor(name) {
    this.name = STORED + name;
    const { answers = {}, texts = {} } = JSON.parse(sessionStorage.getItem(this.name) ?? "{}");
    this.answers = answers; // question → the place of the option that was pressed
    this.texts = texts; // field → {value, after: the number of saves when it was handed over}
    this.left = Object.keys(answers).length + Object.keys(texts).length > 0; // by an earlier page
  }

  get isEmpty() {
    return !Object.keys(this.answers).length && !Object.keys(this.texts).length;
  }

  press(question, place) {
    this.answers[question] = place;
    this.keep();
  }

  write(field, value) {
    this.texts[field] = { value, after: null };
    this.keep();
  }

  handOver(field, saves) {
    if (!this.texts[field]) return;
    this.texts[field].after = saves;
    this.keep();
  }

  // Forget what the draft holds by now.
  settle({ questions, texts, saves, isRefused }) {
    if (isRefused) return; // what the page shows then is not what the draft holds
    for (const { id, chosen } of questions) {
      if (this.answers[id] === chosen) delete this.answers[id];
    }
    for (const [field, { value, after }] of Object.entries(this.texts)) {
      const isKnown = field in texts;
      const isSaved = isKnown ? texts[field].trim() === value.trim() : after !== null && saves > after;
      if (isSaved) delete this.texts[field];
    }
    this.keep();
  }

  forget() {
    this.answers = {};
    this.texts = {};
    this.keep();
  }

  keep() {
    if (this.isEmpty) {
      this.left = false;
      sessionStorage.removeItem(this.name);
    } else {
      const { answers, texts } = this;
      sessionStorage.setItem(this.name, JSON.stringify({ answers, texts }));
    }
  }
}
