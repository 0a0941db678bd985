// The keys of the evaluation page. They press the page's own buttons, and what those do is done in
// Python: nothing is scored or saved here. A key never waits for the answer to the one before it.

const TOLD_AFTER_MS = 150; // Python need not know of every question that keys pass through
const LOST_AFTER_MS = 3000;

// The Desk of the assignment on the page. It outlives its component, which Streamlit may take away
// and set up again between two keys: where one is and what was pressed must not be forgotten.
let desk = null;

export default function ({ parentElement, data, setTriggerValue }) {
  if (desk?.data.assignment !== data.assignment) {
    desk?.end();
    desk = new Desk(data);
  }
  desk.show(data, parentElement, setTriggerValue);
}

class Desk {
  constructor(data) {
    this.data = data;
    this.form = new FormOnPage(data.assignment);
    this.unsaved = new Unsaved(`${data.person}-${data.assignment}`);
    this.current = this.told = data.current;
    this.observer = new MutationObserver(() => this.look());
    this.observer.observe(document.body, { childList: true, subtree: true });
    this.looking = setInterval(() => this.lookForLost(), LOST_AFTER_MS);
  }

  show(data, parent, send) {
    Object.assign(this, { data, send, isLocked: false });
    this.unsaved.settle(data);
    if (!this.question(this.current)) this.current = this.nextOpen(null);
    this.bar = parent.querySelector(".unsaved");
    this.look();
    this.goOn();
    this.offer();
  }

  // The form may come to the page after its keys, and in place of one that was drawn before.
  look() {
    const pane = this.form.pane();
    if (pane && pane !== this.pane) {
      this.pane = pane;
      this.told = this.data.current;
      this.unsaved.left ||= !this.unsaved.isEmpty;
      this.offer();
      this.goTo(this.current);
    }
    this.draw();
  }

  end() {
    this.observer.disconnect();
    clearInterval(this.looking);
    clearInterval(this.waiting);
    clearTimeout(this.telling);
  }

  question(id) {
    return this.data.questions.find((each) => each.id === id);
  }

  // ---- where one is --------------------------------------------------------------------------

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      const { questions, language } = this.data;
      this.form.print(questions, language);
      for (const { id } of questions) this.form.box(id)?.toggleAttribute("data-current", id === this.current);
      this.sayQuestion();
      // What is above it may still grow: it stays in sight until somebody scrolls.
      if (this.isFollowed) this.form.box(this.current)?.scrollIntoView({ block: "nearest" });
    });
  }

  // To the player; at once, since the next key may pin.
  sayQuestion() {
    const pin = document.querySelector("[data-qm-pin]");
    if (!pin) return;
    pin.dataset.qmPin = this.question(this.current)?.pin ?? "";
    pin.dataset.qmQuestion = this.current ?? "";
  }

  goTo(id, { scroll = true } = {}) {
    if (!id) return;
    this.current = id;
    this.sayQuestion();
    this.isFollowed = scroll;
    this.draw();
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(), TOLD_AFTER_MS);
  }

  // Say where one is: at once with an answer, since what is sent in one breath is drawn once.
  tell() {
    clearTimeout(this.telling);
    if (this.told === this.current) return;
    this.send("current", (this.told = this.current));
  }

  step(by) {
    const { questions } = this.data;
    const place = questions.findIndex((each) => each.id === this.current) + by;
    this.goTo(questions[Math.min(Math.max(place, 0), questions.length - 1)]?.id);
  }

  // The next one without an answer; after the last one what is missing, from the top.
  nextOpen(after) {
    const { questions } = this.data;
    const isOpen = ({ id, isOpen }) => isOpen && !(id in this.unsaved.answers);
    const below = questions.slice(questions.findIndex((each) => each.id === after) + 1);
    const missing = questions.find((each) => each.isMissing && (isOpen(each) || !each.isOpen));
    return (below.find(isOpen) ?? missing ?? this.question(after) ?? questions[0])?.id ?? null;
  }

  // Answers may bring up questions that nobody was asked before: to those after the last one.
  goOn() {
    const question = this.question(this.current);
    const isAnswered = !question?.isOpen && question?.kind !== "many"; // more may be chosen there
    if (this.isAhead && isAnswered && !Object.keys(this.unsaved.answers).length) {
      this.goTo(this.nextOpen(this.current));
    }
  }

  // ---- what keys do --------------------------------------------------------------------------

  do(command) {
    this.isAhead = !["next", "previous"].includes(command);
    if (command === "next") this.step(1);
    else if (command === "previous") this.step(-1);
    else if (command === "submit") this.submit();
    else if (command === "draft") this.keepDraft();
    else if (command === "accept") this.accept();
    else this.answer(command);
  }

  answer(key) {
    const question = this.question(this.current);
    if (!question) return;
    const place = question.keys.indexOf(key);
    if (place >= 0) this.press(question, place);
    else if (key === "1" && question.kind === "written") this.form.field(question.id)?.focus();
  }

  press(question, place) {
    const button = this.form.answers(question.id)[place];
    if (!button) return;
    this.wanted = null;
    if (question.kind === "many") button.click();
    else {
      // A second press would take the answer back.
      if (!isChosen(button)) button.click();
      if (button.disabled) this.unsaved.press(question.id, place); // no connection: pressed later
      this.goTo(this.nextOpen(question.id));
      this.tell();
    }
  }

  accept() {
    const question = this.question(this.current);
    const button = question?.isSuggested && this.form.accept(question.id);
    if (!button) return;
    if (question.suggested !== null) this.unsaved.press(question.id, question.suggested);
    button.click();
    this.goTo(this.nextOpen(question.id));
    this.tell();
  }

  keepDraft() {
    document.activeElement?.blur(); // what is being typed belongs to the draft
    this.form.button("draft")?.click();
  }

  // As soon as the draft holds everything that was given; where something is missing, go there.
  submit() {
    this.wanted = Date.now();
    clearInterval(this.waiting);
    this.waiting = setInterval(() => this.trySubmit(), LOOK_AGAIN_MS);
    this.trySubmit();
  }

  trySubmit() {
    const isOver = !this.wanted || Date.now() - this.wanted > PATIENCE_MS || desk !== this;
    if (isOver || (this.unsaved.isEmpty && isIdle())) {
      clearInterval(this.waiting);
      const button = isOver ? null : this.form.button("submit");
      this.wanted = null;
      if (button && !button.disabled) {
        this.isLocked = true; // what is typed now is not meant for this form
        setTimeout(() => (this.isLocked = false), LOST_AFTER_MS);
        window.dispatchEvent(new Event("qm-report"));
        // Not at once: what two fragments send in one breath Streamlit takes for one's.
        setTimeout(() => button.click(), LOOK_AGAIN_MS);
      } else if (!isOver) this.goTo(this.nextOpen(null));
    }
  }

  // ---- what is not saved yet -------------------------------------------------------------------

  clicked(target) {
    if (target.closest('[class*="st-key-draft-"]')) window.dispatchEvent(new Event("qm-pause"));
    const question = this.question(this.form.questionOf(target));
    const button = target.closest("[data-testid=stButtonGroup] button, input[type=radio]");
    const place = question ? this.form.answers(question.id).indexOf(button) : -1;
    if (place < 0 || button.disabled) return;
    if (question.id !== this.current) this.goTo(question.id, { scroll: false }); // by Tab and Space
    this.tell();
    if (question.kind === "many") return;
    if (button.matches("button") && isChosen(button)) delete this.unsaved.answers[question.id];
    else this.unsaved.press(question.id, place);
  }

  // What was pressed while nothing listened: the server has nothing to do and does not know of it.
  lookForLost() {
    if (!this.pane?.isConnected) return;
    const isLost = isIdle() && Object.keys(this.unsaved.answers).length > 0;
    if (isLost && this.wasLost) this.unsaved.left = true;
    this.wasLost = isLost;
    if (this.unsaved.left) this.offer();
  }

  offer() {
    const { bar } = this;
    const { labels, isRefused } = this.data;
    this.unsaved.left ||= isRefused && !this.unsaved.isEmpty;
    bar.hidden = !this.unsaved.left;
    bar.querySelector("span").textContent = labels.left;
    const [take, drop] = bar.querySelectorAll("button");
    take.textContent = labels.take;
    take.hidden = isRefused;
    drop.textContent = labels.drop;
    take.onclick = () => this.takeOver();
    drop.onclick = () => {
      this.unsaved.forget();
      bar.hidden = true;
    };
  }

  async takeOver() {
    this.bar.hidden = true;
    this.unsaved.left = false;
    const { answers, texts } = structuredClone({ answers: this.unsaved.answers, texts: this.unsaved.texts });
    for (const [id, place] of Object.entries(answers)) {
      const question = this.question(id) ?? (await found(() => this.question(id)));
      const button = question && this.form.answers(id)[place];
      if (button && isChosen(button)) {
        button.click(); // chosen here only: the server hears of it when it is chosen anew
        await found(() => !isChosen(button));
      }
      if (question) this.press(question, place);
    }
    for (const [name, { value }] of Object.entries(texts)) await this.writeAgain(name, value);
  }

  async writeAgain(name, value) {
    const field = () => document.querySelector(`.${CSS.escape(name)} :is(input, textarea)`);
    const id = this.data.questions.map((each) => each.id).find((each) => name.endsWith(`-${this.data.assignment}-${each}`));
    if (!field() && id) this.goTo(id); // its comment stands there while it is worked on
    const input = await found(field);
    if (!input) return;
    const proto = input.matches("textarea") ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(proto.prototype, "value").set.call(input, value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
    input.blur();
  }
}

// ---- the page's events, for the desk that is on it -----------------------------------------------

window.addEventListener("keydown", (event) => {
  const target = event.composedPath()[0];
  if (!desk?.pane?.isConnected) return;
  if (event.key === "Enter" && target instanceof HTMLInputElement && isWritable(target) && desk.pane.contains(target)) {
    setTimeout(() => target.blur()); // written: keys are commands again
    return;
  }
  const command = commandOf(event);
  if (!command) return;
  event.preventDefault();
  event.stopPropagation();
  const isStep = command === "next" || command === "previous";
  if (!desk.isLocked && (isStep || !event.repeat)) desk.do(command);
}, true);

window.addEventListener("click", ({ target }) => {
  if (target instanceof Element) desk?.clicked(target);
}, true);

window.addEventListener("pointerdown", ({ target }) => {
  if (!(target instanceof Element) || !desk?.pane?.contains(target)) return;
  desk.isAhead = false;
  desk.goTo(desk.form.questionOf(target), { scroll: false });
}, true);

window.addEventListener("wheel", () => {
  if (desk) desk.isFollowed = false;
}, { capture: true, passive: true });

window.addEventListener("input", ({ target }) => {
  if (!(target instanceof Element) || !desk?.pane?.contains(target) || !target.matches("input, textarea")) return;
  if (target.matches("[type=radio], [type=checkbox], [role=combobox]")) return;
  desk.unsaved.write(desk.form.fieldName(target), target.value);
}, true);

window.addEventListener("focusout", ({ target }) => {
  if (target instanceof Element && desk?.pane?.contains(target)) {
    desk.unsaved.handOver(desk.form.fieldName(target), desk.data.saves);
  }
}, true);
