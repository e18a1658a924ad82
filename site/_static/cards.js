/* A session of flashcards. What is known of the cards stays in this browser. */
"use strict";

window.cnnLabs = window.cnnLabs || {};

(function () {
  const { schedule, interval, queue, read, write } = window.cnnLabs.schedule;
  const KEY = "cnn-labs:cards";
  const LABS_KEY = "cnn-labs:cards-labs";
  const GRADES = { 1: "Again", 2: "Hard", 3: "Good", 4: "Easy" };

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
   * Return a button.
   * @param {string} text
   * @param {function(): void} action
   * @param {string} [kind] a further class
   * @returns {HTMLButtonElement}
   */
  function button(text, action, kind = "") {
    const element = make("button", { type: "button", class: `revise-button ${kind}`.trim() }, text);
    element.addEventListener("click", action);
    return element;
  }

  /** What is kept in this browser; where nothing can be kept, it says so once and goes on. */
  class Memory {
    /** @param {function(string): void} say */
    constructor(say) {
      this.say = say;
      this.cards = Object.create(null);
      const text = this.get(KEY);
      if (!text) return;
      try {
        this.cards = read(text).cards;
      } catch {
        say("What this browser kept of your cards cannot be read; you start anew.");
      }
    }

    /** @param {string} key */
    get(key) {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    }

    /**
     * @param {string} key
     * @param {string} value
     */
    set(key, value) {
      try {
        localStorage.setItem(key, value);
      } catch {
        this.say("This browser keeps nothing for this page: export your progress before you close it.");
      }
    }

    /** Keep the cards. */
    save() {
      this.set(KEY, write(this.cards));
    }

    /**
     * Take in cards of a file: of a card that both know, the one asked last.
     * @param {Object<string, object>} cards
     * @param {function(string): boolean} exists
     * @returns {{taken: number, unknown: number}}
     */
    merge(cards, exists) {
      let [taken, unknown] = [0, 0];
      for (const [id, state] of Object.entries(cards)) {
        if (!exists(id)) unknown += 1;
        else if (!this.cards[id] || this.cards[id].last < state.last) {
          this.cards[id] = state;
          taken += 1;
        }
      }
      this.save();
      return { taken, unknown };
    }
  }

  /** The page: chooser, card, and what is kept. */
  class Session {
    /**
     * @param {HTMLElement} place
     * @param {HTMLElement[]} labs
     */
    constructor(place, labs) {
      this.labs = labs;
      const items = labs.flatMap((lab) => [...lab.querySelectorAll(".card-item")]);
      this.items = new Map(items.map((item) => [item.dataset.id, item]));
      this.status = make("p", { class: "cards-status", role: "status" });
      this.card = make("div", { class: "flashcard revise-focus", tabindex: "-1", role: "group" });
      this.card.setAttribute("aria-label", "Flashcard");
      this.card.hidden = true;
      this.memory = new Memory((text) => (this.status.textContent = text));
      place.append(this.chooser(), this.card, this.status, this.keeper());
      this.card.addEventListener("keydown", (event) => this.key(event));
      this.count();
    }

    /**
     * Return the form that chooses labs and how many new cards there may be.
     * @returns {HTMLElement}
     */
    chooser() {
      const linked = /^#labs=([\d,]+)$/.exec(location.hash);
      const kept = (linked ? linked[1] : this.memory.get(LABS_KEY) || "").split(",").filter(Boolean);
      this.counts = new Map();
      const choices = this.labs.map((lab) => {
        const box = make("input", { type: "checkbox", value: lab.dataset.lab });
        box.checked = !kept.length || kept.includes(lab.dataset.lab);
        const count = make("span", { class: "revise-muted" });
        this.counts.set(lab.dataset.lab, count);
        const name = make("span", {}, `${lab.dataset.lab} ${lab.dataset.title} `, count);
        return make("label", { class: "revise-choice" }, box, name);
      });
      const legend = make("legend", { class: "revise-unseen" }, "Labs");
      const boxes = make("fieldset", {}, legend, make("div", { class: "revise-choices" }, ...choices));
      this.total = make("summary", {});
      this.folded = make("details", { open: "" }, this.total, boxes);
      const sizes = ["5", "10", "20", "50"].map((size) => make("option", { value: size }, size));
      this.mostNew = make("select", {}, ...sizes);
      this.mostNew.value = "10";
      const most = make("label", {}, "New cards at most: ", this.mostNew);
      const set = (value) => {
        this.form.querySelectorAll("input").forEach((box) => (box.checked = value));
        this.count();
      };
      const go = make("button", { type: "submit", class: "revise-button revise-main" }, "Start");
      const [all, none] = [button("All", () => set(true)), button("None", () => set(false))];
      const row = make("div", { class: "revise-row" }, go, all, none, most);
      this.form = make("form", { class: "revise-box revise-controls" }, this.folded, row);
      this.form.addEventListener("change", () => this.count());
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.begin();
      });
      return this.form;
    }

    /** Return the numbers of the chosen labs. */
    chosen() {
      return [...this.form.querySelectorAll("input:checked")].map((box) => box.value);
    }

    /** Say how many cards are due and new, in each lab and in all. */
    count() {
      const now = Date.now();
      const known = this.memory.cards;
      const chosen = this.chosen();
      const total = { due: 0, fresh: 0 };
      for (const lab of this.labs) {
        const ids = [...lab.querySelectorAll(".card-item")].map((item) => item.dataset.id);
        const due = ids.filter((id) => known[id] && known[id].due <= now).length;
        const fresh = ids.filter((id) => !known[id]).length;
        this.counts.get(lab.dataset.lab).textContent = `(${due} due, ${fresh} new)`;
        if (!chosen.includes(lab.dataset.lab)) continue;
        total.due += due;
        total.fresh += fresh;
      }
      const labs = chosen.length === 1 ? "1 lab" : `${chosen.length} labs`;
      this.total.textContent = `${labs}: ${total.due} cards due, ${total.fresh} new`;
    }

    /** Begin a session with the chosen labs. */
    begin() {
      const labs = this.chosen();
      this.memory.set(LABS_KEY, labs.join(","));
      const ids = [...this.items.keys()].filter((id) => labs.includes(this.items.get(id).dataset.lab));
      this.queue = queue(ids, this.memory.cards, Date.now(), Number(this.mostNew.value));
      this.answered = 0;
      this.status.textContent = "";
      this.folded.open = !this.queue.length;
      this.show();
    }

    /** Show the front of the queue's first card, or the end. */
    show() {
      this.turned = false;
      this.card.hidden = !this.queue.length;
      this.count();
      if (!this.queue.length) {
        this.status.textContent = this.ending();
        this.form.querySelector("button").focus();
        return;
      }
      const item = this.items.get(this.queue[0]);
      const part = (name, tag = "p") => {
        const element = make(tag, { class: `card-side ${name}` });
        element.innerHTML = item.querySelector(`.${name}`).innerHTML;
        return element;
      };
      const label = item.querySelector(".card-label") ? "Find the error" : "Question";
      const left = make("p", { class: "revise-muted card-top" }, make("strong", {}, label));
      left.append(` · ${this.queue.length} to go`);
      this.below = make("div", { class: "card-below" }, part("card-back"), part("card-why"));
      this.below.hidden = true;
      this.turn = button("Turn (space)", () => this.reveal(), "revise-main");
      this.grades = make("div", { class: "revise-row card-grades" }, this.turn);
      this.card.replaceChildren(left, part("card-front"), this.below, this.grades, part("card-source"));
      this.card.focus();
    }

    /**
     * Return what is said when no card is left.
     * @returns {string}
     */
    ending() {
      if (this.answered) return `Done: ${this.answered} answers. Your cards are kept in this browser.`;
      if (!this.chosen().length) return "Choose at least one lab.";
      const next = this.chosen().flatMap((lab) =>
        Object.entries(this.memory.cards).filter(([id]) => id.startsWith(lab)).map(([, state]) => state.due),
      );
      return `Nothing is due. The next card comes in ${interval(Math.max(60000, Math.min(...next) - Date.now()))}.`;
    }

    /** Show the back, and the grades with what each means for the card. */
    reveal() {
      this.turned = true;
      this.below.hidden = false;
      const now = Date.now();
      const state = this.memory.cards[this.queue[0]] || null;
      const buttons = Object.entries(GRADES).map(([grade, name]) => {
        const element = button("", () => this.grade(Number(grade)), "card-grade");
        const when = interval(schedule(state, Number(grade), now).due - now);
        element.append(make("strong", {}, `${grade} ${name}`), make("span", {}, when));
        return element;
      });
      this.grades.replaceChildren(...buttons);
      this.below.tabIndex = -1;
      this.below.focus();
    }

    /**
     * Take a grade; a card that was missed comes again at the end.
     * @param {1|2|3|4} grade
     */
    grade(grade) {
      const id = this.queue.shift();
      this.memory.cards[id] = schedule(this.memory.cards[id] || null, grade, Date.now());
      this.memory.save();
      this.answered += 1;
      if (grade === 1) this.queue.push(id);
      this.show();
    }

    /**
     * Space turns, 1 to 4 grade, while the card has the focus.
     * @param {KeyboardEvent} event
     */
    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const onControl = event.target.closest("button, a");
      if (event.key === " " && !this.turned && !onControl) {
        event.preventDefault();
        this.reveal();
      } else if (this.turned && Object.keys(GRADES).includes(event.key)) {
        event.preventDefault();
        this.grade(Number(event.key));
      }
    }

    /**
     * Return the controls that export, import and reset.
     * @returns {HTMLElement}
     */
    keeper() {
      const file = make("input", { type: "file", accept: ".json,application/json", id: "cards-file" });
      file.addEventListener("change", () => this.takeIn(file));
      const label = make("label", { for: "cards-file" }, "Import a file: ");
      const forget = button("Forget everything", () => this.ask());
      const row = make("div", { class: "revise-row" }, button("Export", () => this.giveOut()), forget);
      const text = "Your progress stays in this browser and is sent nowhere. Export it to take it to another device.";
      const parts = [make("summary", {}, "Your progress"), make("p", {}, text), row, make("p", {}, label, file)];
      return make("details", { class: "revise-box revise-controls" }, ...parts);
    }

    /** Offer the progress as a file. */
    giveOut() {
      const address = `data:application/json;charset=utf-8,${encodeURIComponent(write(this.memory.cards))}`;
      make("a", { href: address, download: "cnn-labs-cards.json" }).click();
      this.status.textContent = `Exported ${Object.keys(this.memory.cards).length} cards.`;
    }

    /**
     * Take in the chosen file.
     * @param {HTMLInputElement} file
     */
    async takeIn(file) {
      if (!file.files.length) return;
      try {
        const { cards, broken } = read(await file.files[0].text());
        const { taken, unknown } = this.memory.merge(cards, (id) => this.items.has(id));
        const left = unknown + broken ? ` ${unknown + broken} left out: no such card here, or not readable.` : "";
        this.status.textContent = `Imported ${taken} cards.${left}`;
      } catch (error) {
        this.status.textContent = `Nothing imported. ${error.message}`;
      }
      file.value = "";
      this.count();
    }

    /** Ask, and forget. */
    ask() {
      const count = Object.keys(this.memory.cards).length;
      const dialog = make("dialog", { class: "revise-box", "aria-labelledby": "cards-ask" });
      const forget = () => {
        this.memory.cards = Object.create(null);
        this.memory.save();
        this.card.hidden = true;
        this.status.textContent = "Forgotten: all cards are new.";
        this.count();
        dialog.close();
      };
      const keep = button("Keep it", () => dialog.close(), "revise-main");
      const row = make("div", { class: "revise-row" }, keep, button("Forget it", forget));
      const question = `Forget your progress with ${count} cards? It cannot be brought back.`;
      dialog.append(make("p", { id: "cards-ask" }, question), row);
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
    }
  }

  /** Set up the page. */
  function main() {
    const place = document.getElementById("cards-session");
    if (place) window.cnnLabs.cards = new Session(place, [...document.querySelectorAll(".cards-lab")]);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", main);
  else main();
})();
