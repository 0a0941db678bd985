// The list of spoken lines: follows the playing, seeks on a click, offers each line as evidence
// and for correction.

const SPEAKERS = ["agent", "customer", "unknown", "system"];

class Transcript {
  constructor(list, onPlay, onCite, onCorrect) {
    this.list = list;
    this.editor = new Editor(onCorrect);
    this.rows = [];
    this.current = -1;
    Object.assign(this, { onPlay, onCite });
    list.addEventListener("click", (event) => this.press(event));
    list.addEventListener("keydown", (event) => this.walk(event));
  }

  show(data) {
    const { segments, labels, language, can_cite, version } = data;
    this.data = data;
    this.segments = segments;
    this.list.setAttribute("aria-label", labels.transcript);
    while (this.rows.length > segments.length) this.rows.pop().remove();
    segments.forEach((segment, at) => {
      const row = (this.rows[at] ??= this.list.appendChild(newRow(at)));
      const [time, who, text, badges, tools] = row.children;
      const [cite, correct] = tools.children;
      row.classList.remove(...SPEAKERS);
      row.classList.add(segment.speaker);
      row.classList.toggle("removed", segment.text === "");
      write(time, segment.time || (segment.start_s === null ? "" : clockText(segment.start_s, language)));
      write(who, labels[segment.speaker]);
      showText(text, segment, labels);
      showBadges(badges, segment, labels);
      write(cite, labels.cite);
      cite.hidden = !can_cite || segment.text === "";
      write(correct, labels.correct);
      nameButton(correct, labels.correct_line);
      correct.hidden = version === null;
    });
    this.editor.settle(data);
    if (!this.list.querySelector("[tabindex='0']")) this.rows[0]?.setAttribute("tabindex", "0");
  }

  // The line that is being said, or was said last.
  get line() {
    return this.segments[this.current];
  }

  // The line that began last; true when it is another one than before.
  highlight(now_s) {
    let current = -1;
    this.segments.forEach(({ start_s }, at) => {
      if (start_s === null || start_s > now_s + SAME_MOMENT_S) return;
      if (current < 0 || start_s >= this.segments[current].start_s) current = at;
    });
    if (current === this.current) return false;
    this.rows[this.current]?.classList.remove("on");
    this.rows[this.current]?.removeAttribute("aria-current");
    this.current = current;
    this.rows[current]?.classList.add("on");
    this.rows[current]?.setAttribute("aria-current", "true");
    return true;
  }

  // Scrolls the list alone: scrollIntoView would move the page under the form as well.
  reveal(at = this.current) {
    const row = this.rows[at];
    if (!row) return;
    const list = this.list.getBoundingClientRect();
    const line = row.getBoundingClientRect();
    if (line.top >= list.top + line.height && line.bottom <= list.bottom - 2 * line.height) return;
    const top = this.list.scrollTop + line.top - list.top - list.height / 3;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.list.scrollTo({ top, behavior: still ? "auto" : "smooth" });
  }

  // To a line that cannot be played.
  point(at) {
    this.rows[this.pointed]?.classList.remove("on");
    this.pointed = at;
    this.rows[at]?.classList.add("on");
    this.reveal(at);
  }

  press(event) {
    const row = event.target.closest(".turn");
    if (!row || event.target.closest("summary")) return;
    const selection = row.getRootNode().getSelection?.() ?? getSelection();
    if (event.target.closest(".cite")) this.onCite(this.segments[row.at].index);
    else if (event.target.closest(".correct")) this.editor.open(row, this.segments[row.at], this.data);
    else if (selection.isCollapsed) this.onPlay(this.segments[row.at].start_s);
  }

  // The list is one tab stop: up and down walk through it, Enter plays the line.
  walk(event) {
    const row = event.target;
    if (!row.classList.contains("turn")) return;
    const step = { ArrowUp: row.at - 1, ArrowDown: row.at + 1, Home: 0, End: this.rows.length - 1 };
    if (event.key === "Enter") this.onPlay(this.segments[row.at].start_s);
    else if (event.key in step) this.rows[step[event.key]]?.focus();
    else return;
    event.preventDefault();
  }
}

function newRow(at) {
  const row = node("li", "turn");
  const text = node("span", "text");
  const tools = node("span", "tools");
  text.dir = "auto";
  for (const name of ["cite", "correct"]) tools.append(Object.assign(node("button", name), { type: "button" }));
  row.at = at;
  row.tabIndex = -1;
  row.append(node("span", "time"), node("span", "who"), text, node("span", "badges"), tools);
  row.addEventListener("focusin", () => {
    row.parentElement.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    row.tabIndex = 0;
  });
  return row;
}

function showBadges(place, { badges, is_corrected, is_unsure }, labels) {
  const wanted = badges.map((badge) => ["badge", badge, ""]);
  if (is_unsure) wanted.unshift(["flag", "?", labels.unsure]);
  if (is_corrected) wanted.unshift(["flag", "✎", labels.corrected]);
  const shown = [...place.children].map((each) => [each.className, each.textContent, each.title]);
  if (JSON.stringify(shown) === JSON.stringify(wanted)) return;
  place.replaceChildren(...wanted.map(([className, text, title]) => badge(className, text, title)));
}

function badge(className, text, title) {
  const made = node("span", className, text);
  if (!title) return made;
  made.title = title;
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", title);
  return made;
}
