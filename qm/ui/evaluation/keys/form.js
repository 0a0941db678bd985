// The form as it stands on the page: its questions, their buttons and fields, and the keys that
// are printed on them.

const LOOK_AGAIN_MS = 100;
const PATIENCE_MS = 20_000;

class FormOnPage {
  constructor(assignment) {
    this.assignment = assignment;
    this.keyName = (name) => `st-key-${name}`.replace(/[^a-zA-Z0-9_-]/g, "-");
  }

  named(name, within = document) {
    return within.querySelector(`.${CSS.escape(this.keyName(name))}`);
  }

  pane() {
    return this.named(`questions-${this.assignment}`);
  }

  box(id) {
    return this.named(`question-${this.assignment}-${id}`);
  }

  button(name) {
    return this.named(`${name}-${this.assignment}`)?.querySelector("button") ?? null;
  }

  accept(id) {
    return this.named(`accept-${this.assignment}-${id}`)?.querySelector("button") ?? null;
  }

  // The buttons of a question's answers in their order, those of N/A beside a field included.
  answers(id) {
    const places = this.box(id)?.querySelectorAll('[class*="st-key-answer-"], [class*="st-key-na-"]') ?? [];
    return [...places].flatMap((place) => [
      ...place.querySelectorAll("[data-testid=stButtonGroup] button, input[type=radio]"),
    ]);
  }

  field(id) {
    const place = this.box(id)?.querySelector('[class*="st-key-answer-"]');
    return place?.querySelector("input:not([type=radio]), textarea, [contenteditable]") ?? null;
  }

  questionOf(target) {
    const box = target.closest('[class*="st-key-question-"]');
    const start = this.keyName(`question-${this.assignment}-`);
    const name = [...(box?.classList ?? [])].find((each) => each.startsWith(start));
    return name?.slice(start.length) ?? null;
  }

  // The name under which Python knows a field.
  fieldName(target) {
    const place = target.closest('[class*="st-key-"]');
    return [...(place?.classList ?? [])].find((each) => each.startsWith("st-key-")) ?? null;
  }

  print(questions, language) {
    for (const { id, keys, isSuggested } of questions) {
      const buttons = this.answers(id);
      for (const [place, key] of keys.entries()) {
        const button = buttons[place];
        const shown = button?.matches("input") ? button.closest("label") : button;
        if (shown) this.label(shown, key, language);
      }
      if (!keys.includes("1") && this.field(id)) this.label(this.field(id).parentElement, "1", language);
      if (isSuggested && this.accept(id)) this.label(this.accept(id), "A", language);
    }
    for (const [name, key] of [["submit", "Enter"], ["draft", "Ctrl S"]]) {
      if (this.button(name)) this.label(this.button(name), key, language);
    }
  }

  label(element, key, language) {
    const shown = language === "fa" ? key.replace(/\d/, (digit) => SCRIPTS[1][digit]) : key;
    if (element.dataset.key === shown) return;
    element.dataset.key = shown;
    element.setAttribute("aria-keyshortcuts", key.replace("Ctrl ", "Control+"));
  }
}

function isChosen(button) {
  return button.matches("input") ? button.checked : ["aria-checked", "aria-pressed"].some((name) => button.getAttribute(name) === "true");
}

function isIdle() {
  const app = document.querySelector("[data-testid=stApp]")?.dataset;
  return app?.testScriptState === "notRunning" && app.testConnectionState === "CONNECTED";
}

// Return what `find` returns as soon as that is something, null after a long while.
async function found(find) {
  for (const start = Date.now(); Date.now() - start < PATIENCE_MS; ) {
    const it = find();
    if (it) return it;
    await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS));
  }
  return null;
}
