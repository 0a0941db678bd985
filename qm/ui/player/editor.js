// The editor of one line: what is said and by whom. It stays open until Python has taken the
// correction, so that nothing typed is lost where it is refused.

const CORRECTED_BY = ["agent", "customer", "unknown"];

class Editor {
  constructor(onCorrect) {
    this.onCorrect = onCorrect;
    this.row = null;
    this.box = node("div", "editor");
    this.text = node("textarea", "");
    this.text.rows = 2;
    this.text.dir = "auto";
    this.speaker = node("select", "");
    this.saveButton = this.button("save primary", () => this.send(this.text.value));
    this.notSaidButton = this.button("not-said", () => this.send(""));
    this.cancelButton = this.button("cancel", () => this.close(true));
    this.refusal = node("p", "refusal");
    this.refusal.setAttribute("role", "alert");
    this.box.append(this.text, this.speaker, this.saveButton, this.notSaidButton, this.cancelButton, this.refusal);
    // What is typed here is nobody else's: neither the list's keys nor the page's shortcuts.
    for (const name of ["keydown", "keyup", "keypress", "click"]) {
      this.box.addEventListener(name, (event) => event.stopPropagation());
    }
    this.box.addEventListener("keydown", (event) => this.press(event));
  }

  button(className, act) {
    const button = node("button", className);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }

  open(row, segment, { labels, version }) {
    this.close(false);
    Object.assign(this, { row, segment, version, waiting: false });
    this.text.value = harmless(segment.text);
    this.text.setAttribute("aria-label", labels.text);
    this.speaker.setAttribute("aria-label", labels.speaker);
    const choices = CORRECTED_BY.includes(segment.speaker) ? CORRECTED_BY : [segment.speaker, ...CORRECTED_BY];
    this.speaker.replaceChildren(...choices.map((who) => Object.assign(node("option", "", labels[who]), { value: who })));
    this.speaker.value = segment.speaker;
    write(this.saveButton, labels.save);
    write(this.notSaidButton, labels.not_said);
    write(this.cancelButton, labels.cancel);
    this.say("");
    row.classList.add("editing");
    row.append(this.box);
    this.text.focus();
  }

  close(givesFocusBack) {
    const { row } = this;
    this.row = null;
    this.box.remove();
    row?.classList.remove("editing");
    if (givesFocusBack) row?.focus();
  }

  press(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.close(true);
    else if (event.key === "Enter" && event.target === this.text) this.send(this.text.value);
    else return;
    event.preventDefault();
  }

  send(text) {
    if (this.waiting) return;
    this.wait(true);
    this.onCorrect({ line: this.segment.index, text, speaker: this.speaker.value, version: this.version });
  }

  wait(waiting) {
    this.waiting = waiting;
    for (const part of [this.text, this.speaker, this.saveButton, this.notSaidButton]) part.disabled = waiting;
  }

  say(refusal) {
    this.wait(false);
    write(this.refusal, refusal);
    this.refusal.hidden = refusal === "";
  }

  // What Python has made of the correction: another version, or a refusal in words.
  settle({ version, refusal }) {
    if (!this.row) return;
    if (!this.row.isConnected || version === null) this.close(false);
    else if (!this.waiting) return;
    else if (refusal) {
      this.version = version; // whoever saves again has seen what stands there now
      this.say(refusal);
    } else if (version !== this.version) this.close(true);
  }
}
