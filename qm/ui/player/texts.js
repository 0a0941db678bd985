// Small pieces of page and numbers as text. Every text goes in as textContent, never as HTML.

const SAME_MOMENT_S = 0.05; // seeking lands this close to where it was told to
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g; // they turn the words around them the other way

function node(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = harmless(text);
  return made;
}

function write(element, text) {
  const shown = harmless(text);
  if (element.textContent !== shown) element.textContent = shown;
}

// Directions come from the letters and the page alone, never from signs that somebody wrote.
function harmless(text) {
  return text.replace(TURNING, "");
}

function nameButton(button, label) {
  if (button.title === label) return;
  button.title = label;
  button.setAttribute("aria-label", label);
}

function clockText(time_s, language) {
  const whole = Math.floor(time_s + SAME_MOMENT_S);
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
  return digits(hours ? `${hours}:${rest}` : rest, language);
}

function stretchText(start_s, end_s, language) {
  return `${clockText(start_s, language)}–${clockText(end_s, language)}`;
}

function percent(part_s, whole_s) {
  return whole_s > 0 ? `${Math.min((100 * part_s) / whole_s, 100)}%` : "0%";
}

function digits(value, language) {
  const text = String(value);
  if (language !== "fa") return text;
  return text.replace(".", "٫").replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);
}
