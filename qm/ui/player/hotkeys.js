// The keys that are printed on the controls, on the whole page, for the player used last. Letters
// are known by their place on the keyboard: it may be a Persian one.

const HOTKEYS = {
  Space: "toggle",
  ArrowLeft: "back",
  ArrowRight: "forward",
  KeyI: "markIn",
  KeyO: "markOut",
  KeyP: "pin",
  Slash: "search",
};
const REPEATS = ["ArrowLeft", "ArrowRight"];
const EDITABLE =
  "textarea, select, canvas, [contenteditable]:not([contenteditable='false'])," +
  "input:not([type=radio], [type=checkbox], [type=button], [type=submit])," +
  "[role=textbox], [role=combobox], [role=spinbutton], [role=slider], [role=listbox], [role=menu], [role=grid]";
const PRESSABLE = "button, a[href], summary, label, input, [role=button], [role=radio], [role=checkbox], [role=tab], [role=switch]";
const ARROWED = "[role=radiogroup], [role=tablist], [role=toolbar], [role=menubar]";

let swallowed = null; // a hotkey that is down, whose keyup must not press a button either
let tabbing = false; // the focus was last moved by keyboard

// Captured at the window, before Streamlit's widgets see the key: Space after a mouse click on an
// answer must play, not press the answer again. A widget reached by keyboard keeps its keys;
// :focus-visible cannot tell, since Streamlit moves the focus by script after a click.
window.addEventListener("pointerdown", () => (tabbing = false), true);
window.addEventListener("keydown", (event) => {
  if (event.key === "Tab") tabbing = true;
  const action = HOTKEYS[event.code];
  if (!action || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!active?.can(action) || !active.section.checkVisibility() || belongsToFocus(event)) return;
  swallow(event);
  swallowed = event.code;
  if (!event.repeat || REPEATS.includes(event.code)) active[action]();
}, true);

window.addEventListener("keyup", (event) => {
  if (event.code === swallowed) swallow(event);
  swallowed = null;
}, true);

function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

function belongsToFocus(event) {
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  if (target.matches("textarea, select, option, input[type=search]")) return true; // also the player's
  const pressable = tabbing && target.closest(PRESSABLE) !== null;
  if (active.section.contains(target)) {
    if (target.matches(".handle")) return event.code.startsWith("Arrow");
    return pressable && event.code === "Space";
  }
  const dialog = target.closest("[role=dialog], [role=alertdialog]");
  if (dialog && !dialog.contains(active.section.getRootNode().host)) return true;
  if (target.closest(EDITABLE)) return true;
  return pressable && (event.code === "Space" || target.closest(ARROWED) !== null);
}
