// What a key asks for. Digits count in every script, letters by their place on the keyboard: it
// may be a Persian one.

const SCRIPTS = ["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"];
const LETTERS = { KeyN: "N", KeyA: "accept" };
const NAMED = { ArrowUp: "previous", ArrowDown: "next", Enter: "submit", NumpadEnter: "submit" };
const WRITABLE =
  "textarea, select, canvas, [contenteditable]:not([contenteditable='false'])," +
  "input:not([type=radio], [type=checkbox], [type=button], [type=submit])," +
  "[role=textbox], [role=combobox], [role=spinbutton], [role=listbox], [role=menu], [role=grid]";
const PRESSABLE = "button, a[href], summary, input, [role=button], [role=tab], [role=switch], [tabindex='0']";
const DIALOG = "[role=dialog], [role=alertdialog]";

let tabbing = false; // the focus was last moved by keyboard
window.addEventListener("pointerdown", () => (tabbing = false), true);
window.addEventListener("keydown", (event) => (tabbing ||= event.key === "Tab"), true);

// Return "previous", "next", "submit", "accept", "draft", the name of an answer's key, or null.
function commandOf(event) {
  if (event.isComposing || event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return event.code === "KeyS" && !event.shiftKey ? "draft" : null;
  if (event.shiftKey || belongsToFocus(event)) return null;
  return digitOf(event) ?? LETTERS[event.code] ?? NAMED[event.code] ?? null;
}

function digitOf({ key, code }) {
  if (key.length !== 1) return null;
  const typed = Math.max(...SCRIPTS.map((script) => script.indexOf(key)));
  if (typed >= 0) return String(typed);
  return /^(Digit|Numpad)\d$/.test(code) ? code.at(-1) : null; // a layout with digits on Shift
}

// A field that is taken away while somebody writes in it, as when the connection is lost, leaves
// the focus nowhere: what they go on writing is no command.
let written = null; // the field that was written in last, until it is left on purpose
window.addEventListener("keydown", (event) => {
  const target = event.composedPath()[0];
  if (["Enter", "Escape", "Tab"].includes(event.key)) written = null;
  else if (target instanceof Element && isWritable(target)) written = target;
}, true);
window.addEventListener("pointerdown", () => (written = null), true);

function belongsToFocus(event) {
  if (written && (written.disabled || !written.isConnected)) return true;
  if (document.querySelector(DIALOG)?.checkVisibility()) return true;
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  if (isWritable(target)) return true;
  const isOnSlider = target.closest("[role=slider]") && event.code.startsWith("Arrow");
  return isOnSlider || (tabbing && event.code in NAMED && target.closest(PRESSABLE) !== null);
}

function isWritable(target) {
  return target.closest(WRITABLE) !== null;
}
