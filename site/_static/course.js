/* What every page of the site may need: choices and predictions that stay on this device, and folded results in print. */
"use strict";
window.cnnLabs = window.cnnLabs || {};

(() => {
  const KEY = "cnn-labs:";

  /** Return what is kept under a name on this device; null where nothing is, or the browser keeps nothing. */
  function kept(name) {
    try {
      return localStorage.getItem(KEY + name);
    } catch {
      return null;
    }
  }

  /** Keep a text under a name on this device; return whether that worked. */
  function keep(name, text) {
    try {
      if (text) localStorage.setItem(KEY + name, text);
      else localStorage.removeItem(KEY + name);
      return true;
    } catch {
      return false;
    }
  }

  /** Let predictions stay where they were written. */
  function keepPredictions() {
    for (const area of document.querySelectorAll("textarea[data-keep]")) {
      const name = "prediction:" + area.dataset.keep;
      area.value = kept(name) || "";
      area.addEventListener("input", () => keep(name, area.value));
    }
  }

  /** Give every summary of the page a choice of its length, the same for all. */
  function chooseLengths() {
    const blocks = document.querySelectorAll("[data-lengths]");
    if (!blocks.length) return;
    const names = [["sentence", "one sentence"], ["paragraph", "one paragraph"], ["list", "the full list"]];
    const stored = kept("length");
    const start = names.some(([name]) => name === stored) ? stored : "paragraph";
    const show = (chosen) => {
      for (const part of document.querySelectorAll("[data-length]")) part.hidden = part.dataset.length !== chosen;
    };
    const choice = document.createElement("fieldset");
    choice.className = "lengths";
    choice.innerHTML = "<legend>Read it in</legend>" + names.map(([name, words]) =>
      `<label><input type="radio" name="length" value="${name}"${name === start ? " checked" : ""}> ${words}</label>`).join("");
    choice.addEventListener("change", (event) => {
      keep("length", event.target.value);
      show(event.target.value);
    });
    const place = document.getElementById("lengths");
    if (place) place.replaceWith(choice);
    else blocks[0].before(choice);
    choice.classList.toggle("sticky", Boolean(place));
    show(start);
  }

  /** Open what is folded of results and close nothing: paper cannot be clicked. Return what was opened. */
  function openForPrint() {
    const closed = [...document.querySelectorAll("details.came-out:not([open])")];
    for (const details of closed) details.open = true;
    for (const picture of document.images) picture.loading = "eager";
    for (const part of document.querySelectorAll("[data-length]")) part.hidden = false;
    return closed;
  }

  /** Close the drawer with the page's contents when a place in the page was chosen in it. */
  function closeDrawers() {
    for (const drawer of document.querySelectorAll("dialog")) {
      drawer.addEventListener("click", (event) => {
        if (event.target.closest("a[href^='#']")) drawer.close();
      });
    }
  }

  let opened = [];
  window.addEventListener("beforeprint", () => { opened = openForPrint(); });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    const chosen = document.querySelector(".lengths input:checked");
    if (chosen) chosen.dispatchEvent(new Event("change", { bubbles: true }));
  });

  /** Let pages that were opened once open without a connection, where the site is published. */
  function keepForOffline() {
    const root = document.documentElement.dataset.content_root || "./";
    if (!location.protocol.startsWith("http") || !("serviceWorker" in navigator)) return;
    navigator.serviceWorker.register(new URL(root + "sw.js", document.baseURI)).catch(() => {});
  }

  Object.assign(window.cnnLabs, { kept, keep, openForPrint });
  keepPredictions();
  chooseLengths();
  keepForOffline();
  closeDrawers();
})();
