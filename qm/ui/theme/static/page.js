// What Streamlit's own page lacks: the chosen colours, the language of the page, a way past the
// menu, word of a broken connection. It runs in the head, before Streamlit reads which colours were chosen.
"use strict";

(() => {
  const root = document.documentElement;
  const LOST_AFTER_MS = 1000; // shorter breaks pass by themselves

  function colours() {
    const chosen = localStorage.getItem("qm-colours");
    const key = `stActiveTheme-${location.pathname}-v2`; // where Streamlit 1.67 looks
    if (chosen === "Light" || chosen === "Dark") {
      localStorage.setItem(key, JSON.stringify(chosen));
      root.style.colorScheme = chosen.toLowerCase();
    } else {
      localStorage.removeItem(key);
    }
  }

  function isDark() {
    const chosen = localStorage.getItem("qm-colours");
    return chosen ? chosen === "Dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  // The script says in which language it wrote: after a switch the page must not say another.
  function language() {
    const person = document.querySelector(".qm-person");
    if (!person || person.lang === root.lang) return;
    root.lang = person.lang;
    root.dir = person.dir;
    const skip = document.querySelector(".qm-skip");
    if (skip) skip.textContent = person.dataset.skip;
  }

  // Streamlit says in English, and after a while only, that the line is broken.
  let since = null; // when the connection went, null while there is one
  let lost = null; // what says so

  function connection() {
    const state = document.querySelector("[data-testid=stApp]")?.dataset.testConnectionState;
    const said = document.querySelector(".qm-person")?.dataset.lost;
    since = !said || state === "CONNECTED" ? null : since ?? Date.now();
    const isLost = since !== null && Date.now() - since > LOST_AFTER_MS;
    if (isLost && !lost) {
      lost = document.body.appendChild(document.createElement("p"));
      lost.className = "qm-lost-line";
      lost.setAttribute("role", "alert");
      lost.textContent = said;
    } else if (!isLost && lost) {
      lost.remove();
      lost = null;
    }
  }

  // A number leads to its evaluations as a link of the menu does: the session goes on.
  function followed(event) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a.qm-behind");
    if (!link) return;
    event.preventDefault();
    history.pushState({}, "", link.href);
    dispatchEvent(new PopStateEvent("popstate"));
  }

  function clicked(event) {
    const target = event.target.closest?.("[data-colours], .qm-skip");
    if (!target) return;
    event.preventDefault();
    if (target.matches(".qm-skip")) {
      const main = document.querySelector("[data-testid=stMain]");
      main.tabIndex = -1;
      main.focus();
    } else {
      localStorage.setItem("qm-colours", isDark() ? "Light" : "Dark");
      location.reload();
    }
  }

  colours();
  document.addEventListener("click", clicked);
  document.addEventListener("click", followed);
  document.addEventListener("DOMContentLoaded", () => {
    setInterval(connection, LOST_AFTER_MS / 2);
    new MutationObserver(language).observe(document.body, {
      attributeFilter: ["lang"],
      attributes: true,
      childList: true,
      subtree: true,
    });
  });
})();
