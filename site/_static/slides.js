"use strict";

/* Starts a deck of reveal.js, with a choice of light and dark that stays on this device. On a phone it stays a page to read. */
(() => {
  const KEY = "cnn-labs:slides-theme";
  const PRINTED = location.search.includes("print-pdf");
  const root = document.documentElement;

  /** @returns {string} the theme chosen here, or the one that the device prefers */
  function firstTheme() {
    if (PRINTED) {
      return "light";
    }
    let kept = null;
    try {
      kept = localStorage.getItem(KEY);
    } catch (error) {
      kept = null; // storage is closed: the device's own
    }
    if (kept === "dark" || kept === "light") {
      return kept;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  /**
   * @param {string} theme
   * @param {HTMLButtonElement} button
   */
  function show(theme, button) {
    root.dataset.theme = theme;
    button.textContent = theme === "dark" ? "Change to light" : "Change to dark";
  }

  /** Let the button, and the key D, change between light and dark. */
  function themeChoice() {
    const button = document.getElementById("slides-theme");
    show(firstTheme(), button);
    const change = () => {
      show(root.dataset.theme === "dark" ? "light" : "dark", button);
      try {
        localStorage.setItem(KEY, root.dataset.theme);
      } catch (error) {
        // not kept: it holds until the page is left
      }
    };
    button.addEventListener("click", change);
    return change;
  }

  /** @param {() => void} change what the key D does */
  function startSlides(change) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    root.classList.add("as-slides");
    Reveal.initialize({
      width: 1280,
      height: 720,
      margin: 0.02,
      hash: true,
      slideNumber: "c/t",
      transition: still ? "none" : "slide",
      scrollActivationWidth: null,
      keyboard: { 68: change },
      plugins: [RevealNotes],
    });
    const mark = () => root.classList.toggle("past-title", Reveal.getState().indexh > 0);
    Reveal.on("ready", mark);
    Reveal.on("slidechanged", mark);
  }

  /** Let the keyboard scroll what is wider than a page to read. */
  function startReading() {
    for (const block of document.querySelectorAll(".slides pre")) {
      block.tabIndex = 0;
      block.setAttribute("role", "group");
      block.setAttribute("aria-label", "Numbers or code");
    }
  }

  /** @returns {boolean} whether there is room for slides; on paper and in the speaker's window there is */
  function showsSlides() {
    return matchMedia("(min-width: 600px)").matches || PRINTED || self !== top;
  }

  root.classList.add("scripted");
  document.addEventListener("DOMContentLoaded", () => {
    const change = themeChoice();
    if (showsSlides()) {
      startSlides(change);
    } else {
      startReading();
    }
  });
})();
