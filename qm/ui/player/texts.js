// Small pieces of page and numbers as text. Every text goes in as textContent, never as HTML.

const SAME_MOMENT_S = 0.05; // seeking lands this close to where it was told to

function node(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
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

function digits(value, language) {
  const text = String(value);
  if (language !== "fa") return text;
  return text.replace(".", "٫").replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);
}
