/* Reads a dialogue aloud by the browser's own voices. */
"use strict";

window.cnnLabs = window.cnnLabs || {};

(function () {
  const SPEED_KEY = "cnn-labs:dialogue-speed";
  const PITCH = { Student: 1.15, Teacher: 0.9, "": 1 };
  const PATIENCE = 2000;

  /**
   * Return a new element.
   * @param {string} tag
   * @param {Object<string, string>} attributes
   * @param {...(Node|string)} children
   * @returns {HTMLElement}
   */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /**
   * Return a text's sentences: browsers break off long texts, and after a pause one goes on with a sentence.
   * @param {string} text
   * @returns {string[]}
   */
  function sentences(text) {
    const sentence = /[^.!?]*(?:[.!?](?!["”’)]*(?:\s|$))[^.!?]*)*(?:[.!?]["”’)]*\s*|$)/g;
    return (text.match(sentence) || []).map((piece) => piece.trim()).filter(Boolean);
  }

  /**
   * Return the voices of a language that speak on this device; a voice elsewhere would send the text away.
   * @param {SpeechSynthesisVoice[]} voices
   * @param {string} language
   * @returns {SpeechSynthesisVoice[]}
   */
  function localVoices(voices, language) {
    const short = language.slice(0, 2).toLowerCase();
    const fit = voices.filter((voice) => voice.localService && voice.lang.toLowerCase().startsWith(short));
    return fit.sort((a, b) => Number(b.default) - Number(a.default));
  }

  /** Reads the lines of a scene, sentence by sentence; pausing stops and remembers the sentence. */
  class Reader {
    /**
     * @param {HTMLElement[]} lines
     * @param {SpeechSynthesisVoice[]} voices at least one
     * @param {function(): void} changed is called when the state changes
     */
    constructor(lines, voices, changed) {
      this.lines = lines;
      this.voices = voices;
      this.changed = changed;
      this.speed = 1;
      this.state = "stopped";
      this.line = this.sentence = 0;
      this.turn = 0;
    }

    /** Go on from where it is. */
    play() {
      this.state = "playing";
      this.speak();
      this.changed();
    }

    /** Be silent, and keep the place. */
    pause() {
      this.silence();
      this.state = "paused";
      this.changed();
    }

    /** Be silent, and go back to the beginning. */
    stop() {
      this.silence();
      this.state = "stopped";
      this.line = this.sentence = 0;
      this.mark(null);
      this.changed();
    }

    /**
     * Go to a line: read on there if it is reading, else only mark it.
     * @param {number} line
     */
    go(line) {
      this.line = Math.max(0, Math.min(this.lines.length - 1, line));
      this.sentence = 0;
      if (this.state === "playing") {
        this.speak();
      } else {
        this.state = "paused";
        this.mark(this.lines[this.line]);
      }
      this.changed();
    }

    /** @param {number} speed */
    setSpeed(speed) {
      this.speed = speed;
      if (this.state === "playing") this.speak();
    }

    /** Break off what is being said; what it still reports is not heard. */
    silence() {
      this.turn += 1;
      speechSynthesis.cancel();
    }

    /** Say the sentence at the place, then the next. */
    speak() {
      this.silence();
      const turn = this.turn;
      const line = this.lines[this.line];
      this.mark(line);
      const text = line.dataset.say || line.querySelector(".line-text").textContent;
      const pieces = sentences(text);
      const utterance = new SpeechSynthesisUtterance(pieces[this.sentence] || "");
      const speaker = line.dataset.speaker || "";
      const own = this.voices.length > 1 && speaker === "Student" ? 1 : 0;
      utterance.voice = this.voices[own];
      utterance.lang = this.voices[own].lang;
      utterance.pitch = this.voices.length > 1 ? 1 : PITCH[speaker];
      utterance.rate = this.speed;
      utterance.onend = () => turn === this.turn && this.ended(pieces.length);
      utterance.onerror = () => turn === this.turn && this.pause();
      this.utterance = utterance; // some browsers forget one that nothing holds, and never report its end
      speechSynthesis.speak(utterance);
    }

    /**
     * Go on when a sentence has ended.
     * @param {number} count the line's sentences
     */
    ended(count) {
      this.sentence += 1;
      if (this.sentence >= count) {
        this.line += 1;
        this.sentence = 0;
      }
      if (this.line >= this.lines.length) this.stop();
      else {
        this.speak();
        this.changed();
      }
    }

    /**
     * Mark the line that is read, and bring it into sight if it is not.
     * @param {HTMLElement|null} line
     */
    mark(line) {
      for (const other of this.lines) if (other !== line) other.removeAttribute("aria-current");
      if (!line || line.hasAttribute("aria-current")) return;
      line.setAttribute("aria-current", "true");
      const { top, bottom } = line.getBoundingClientRect();
      if (top > 220 && bottom < window.innerHeight - 40) return;
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      line.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    }
  }

  /**
   * Return the speed that was chosen last.
   * @returns {string}
   */
  function keptSpeed() {
    try {
      const speed = Number(localStorage.getItem(SPEED_KEY));
      return speed >= 0.6 && speed <= 1.6 ? String(speed) : "1";
    } catch {
      return "1";
    }
  }

  /**
   * Keep the speed; where nothing can be kept, the next page begins with speed 1.
   * @param {string} speed
   */
  function keepSpeed(speed) {
    try {
      localStorage.setItem(SPEED_KEY, speed);
    } catch {
      /* the scene is read all the same */
    }
  }

  /**
   * Return the slider for the speed.
   * @param {Reader} reader
   * @returns {HTMLElement}
   */
  function speedControl(reader) {
    const range = make("input", { type: "range", id: "dialogue-speed", min: "0.6", max: "1.6", step: "0.1" });
    const output = make("output", { for: "dialogue-speed" });
    const show = () => (output.textContent = `${Number(range.value).toFixed(1)} times`);
    range.value = keptSpeed();
    reader.speed = Number(range.value);
    range.addEventListener("input", show);
    range.addEventListener("change", () => {
      keepSpeed(range.value);
      reader.setSpeed(Number(range.value));
    });
    show();
    return make("div", { class: "dialogue-speed" }, make("label", { for: "dialogue-speed" }, "Speed"), range, output);
  }

  /**
   * Show the controls.
   * @param {SpeechSynthesisVoice[]} voices
   */
  function start(voices) {
    const scene = document.getElementById("scene");
    const controls = document.getElementById("dialogue-controls");
    const lines = [...scene.querySelectorAll(".line")];
    const button = (text, action) => {
      const element = make("button", { type: "button", class: "revise-button" }, text);
      element.addEventListener("click", action);
      return element;
    };
    const reader = new Reader(lines, voices, () => update());
    const play = button("Read aloud", () => (reader.state === "playing" ? reader.pause() : reader.play()));
    play.classList.add("revise-main");
    const stop = button("Stop", () => reader.stop());
    const back = button("Back", () => reader.go(reader.line - 1));
    const on = button("On", () => reader.go(reader.line + 1));
    back.setAttribute("aria-label", "Back a paragraph");
    on.setAttribute("aria-label", "On a paragraph");
    const where = make("span", { class: "revise-muted dialogue-where" });
    const update = () => {
      play.textContent = { stopped: "Read aloud", playing: "Pause", paused: "Go on" }[reader.state];
      stop.disabled = reader.state === "stopped";
      const place = `Paragraph ${reader.line + 1} of ${lines.length}`;
      where.textContent = reader.state === "stopped" ? "A click on a paragraph starts there." : place;
    };
    const row = make("div", { class: "revise-row" }, play, stop, back, on, speedControl(reader));
    controls.append(row, make("p", {}, where));
    lines.forEach((line, number) => line.addEventListener("click", () => clicked(reader, number)));
    scene.classList.add("can-speak");
    controls.hidden = false;
    update();
    window.addEventListener("pagehide", () => reader.silence());
    window.cnnLabs.reader = reader;
  }

  /**
   * Start at a line that was clicked, unless words in it were marked.
   * @param {Reader} reader
   * @param {number} number
   */
  function clicked(reader, number) {
    if (!getSelection().isCollapsed) return;
    reader.state = "playing";
    reader.go(number);
  }

  /** Set up the page once the browser has told its voices; say so where it has none. */
  function main() {
    const none = document.getElementById("dialogue-none");
    if (!none) return;
    const speech = window.speechSynthesis;
    if (!speech || !window.SpeechSynthesisUtterance) {
      none.hidden = false;
      return;
    }
    let started = false;
    const look = () => {
      const voices = localVoices(speech.getVoices(), document.documentElement.lang || "en");
      if (started || !voices.length) return;
      started = true;
      none.hidden = true;
      start(voices);
    };
    speech.addEventListener("voiceschanged", look);
    look();
    setTimeout(() => (none.hidden = started), PATIENCE);
  }

  window.cnnLabs.dialogue = { sentences, localVoices };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", main);
  else main();
})();
