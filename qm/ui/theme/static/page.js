// What Streamlit's own page lacks: the chosen colours, the language of the page, a way past the
// menu. It runs in the head, before Streamlit reads which colours were chosen.
"use strict";

(() => {
  const root = document.documentElement;

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
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(language).observe(document.body, {
      attributeFilter: ["lang"],
      attributes: true,
      childList: true,
      subtree: true,
    });
  });
})();
