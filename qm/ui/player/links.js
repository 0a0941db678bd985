// Links to a place of the interaction (qm.ui.player.evidence) play it at once where the player is
// on the page, and nothing is loaded; elsewhere they lead to a page that begins there.

window.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.composedPath().find((place) => place instanceof Element && place.matches("a.qm-play"));
  const player = link && [...present].find(({ data }) => data.interaction === link.dataset.interaction);
  if (!player) return;
  event.preventDefault();
  active = player;
  const [start_s, end_s, line] = ["start", "end", "line"].map((name) => secondsOf(link.dataset[name]));
  player.go(start_s, line, end_s);
}, true);

function secondsOf(text) {
  return text ? Number(text) : null;
}

// The question that is being worked on changes beside the player, without a rerun of its own:
// whoever shows the questions says it in an element of the page (qm.ui.player.evidence).
function questionSaid() {
  return document.querySelector("[data-qm-pin]")?.dataset.qmPin ?? "";
}

// The same question for Python: it hears by another way, perhaps later, where somebody is.
function questionCurrent() {
  return document.querySelector("[data-qm-pin]")?.dataset.qmQuestion ?? "";
}
