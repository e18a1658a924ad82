/* The glossary's filter box. */
"use strict";

(function () {
  /**
   * Show the terms that a text fits: all its words in the term, its forms or its definition.
   * @param {HTMLElement[]} entries
   * @param {string} text
   * @returns {number} how many are shown
   */
  function filter(entries, text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const entry of entries) {
      const content = `${entry.dataset.words} ${entry.textContent.toLowerCase()}`;
      entry.hidden = !words.every((word) => content.includes(word));
      if (!entry.hidden) count += 1;
    }
    for (const list of document.querySelectorAll(".glossary-list")) {
      const section = list.closest("section") || list;
      section.hidden = [...list.children].every((entry) => entry.hidden);
    }
    return count;
  }

  /** Set up the box; a term that a link leads to is shown whatever the box holds. */
  function main() {
    const box = document.getElementById("glossary-words");
    const count = document.getElementById("glossary-count");
    if (!box) return;
    const entries = [...document.querySelectorAll(".glossary-entry")];
    const none = document.getElementById("glossary-none");
    const update = () => {
      const found = filter(entries, box.value);
      count.textContent = box.value.trim() ? `${found} of ${entries.length} terms` : `${entries.length} terms`;
      none.hidden = found > 0;
      none.querySelector("a").search = new URLSearchParams({ q: box.value.trim() });
    };
    box.addEventListener("input", update);
    window.addEventListener("hashchange", () => {
      const term = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!term || !term.closest("[hidden]")) return;
      box.value = "";
      update();
      term.scrollIntoView();
    });
    document.getElementById("glossary-filter").hidden = false;
    update();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", main);
  else main();
})();
