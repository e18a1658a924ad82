/* A session of flashcards. What is known of the cards stays in this browser. */
"use strict";

window.cnnLabs = window.cnnLabs || {};

(function () {
  const { make, button, count, Chooser } = window.cnnLabs.revise;
  const { schedule, interval, queue, read, write } = window.cnnLabs.schedule;
  const KEY = "cnn-labs:cards";
  const LABS_KEY = "cnn-labs:cards-labs";
  const MORE = 10;
  const KEEPS_NOTHING = "This browser keeps nothing for this page: export your progress before you close it.";
  const GRADES = { 1: "Again", 2: "Hard", 3: "Good", 4: "Easy" };

  /** What is kept in this browser; where nothing can be kept, it says so once and goes on. */
  class Memory {
    /** @param {function(string): void} say */
    constructor(say) {
      this.say = say;
      this.fails = false;
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
        this.fails = true;
        this.say(KEEPS_NOTHING);
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
      this.more = button("", () => this.begin(this.chooser.chosen(), MORE), "revise-main");
      this.more.hidden = true;
      this.chooser = this.makeChooser();
      place.append(this.card, this.status, this.chooser.form, this.keeper());
      this.card.addEventListener("keydown", (event) => this.key(event));
      this.chooser.update();
    }

    /**
     * Return the form that chooses labs and how many new cards there may be.
     * @returns {Chooser}
     */
    makeChooser() {
      const chooser = new Chooser({
        labs: this.labs.map((lab) => ({ number: lab.dataset.lab, title: lab.dataset.title })),
        kept: (this.memory.get(LABS_KEY) || "").split(",").filter(Boolean),
        go: "Start",
        begin: (chosen) => this.begin(chosen, Number(this.mostNew.value)),
        summary: (chosen) => this.summary(chosen),
      });
      const sizes = ["5", "10", "20", "50"].map((size) => make("option", { value: size }, size));
      this.mostNew = make("select", {}, ...sizes);
      this.mostNew.value = "10";
      chooser.row.prepend(this.more);
      chooser.row.append(make("label", {}, "New cards at most: ", this.mostNew));
      return chooser;
    }

    /**
     * Return the ids of labs' cards.
     * @param {string[]} numbers
     * @returns {string[]}
     */
    of(numbers) {
      return [...this.items.keys()].filter((id) => numbers.includes(this.items.get(id).dataset.lab));
    }

    /**
     * Return how many cards of labs are due and new.
     * @param {string[]} numbers
     * @returns {{due: number, fresh: number}}
     */
    counts(numbers) {
      const [now, known, ids] = [Date.now(), this.memory.cards, this.of(numbers)];
      const due = ids.filter((id) => known[id] && known[id].due <= now).length;
      return { due, fresh: ids.filter((id) => !known[id]).length };
    }

    /**
     * Say how many cards are due and new, in each lab, and return it for those that are chosen.
     * @param {string[]} chosen
     * @returns {string}
     */
    summary(chosen) {
      for (const [number, note] of this.chooser.notes) {
        const { due, fresh } = this.counts([number]);
        note.textContent = `(${due} due, ${fresh} new)`;
      }
      const { due, fresh } = this.counts(chosen);
      return `${count(due, "card")} due, ${fresh} new`;
    }

    /**
     * Begin a session.
     * @param {string[]} labs
     * @param {number} mostNew
     */
    begin(labs, mostNew) {
      this.memory.set(LABS_KEY, labs.join(","));
      this.queue = queue(this.of(labs), this.memory.cards, Date.now(), mostNew);
      this.answered = 0;
      this.missed = new Set();
      this.status.textContent = "";
      this.show();
    }

    /** Show the front of the queue's first card, or the end. */
    show() {
      if (!this.queue.length) {
        this.end(this.ending());
        return;
      }
      this.turned = false;
      this.card.hidden = false;
      this.chooser.form.hidden = true;
      const item = this.items.get(this.queue[0]);
      const part = (name, tag = "p") => {
        const element = make(tag, { class: `card-side ${name}` });
        element.innerHTML = item.querySelector(`.${name}`).innerHTML;
        return element;
      };
      const label = item.querySelector(".card-label") ? "Find the error" : "Question";
      const left = make("p", { class: "revise-muted card-top" }, make("strong", {}, label));
      left.append(make("span", {}, ` · ${this.queue.length} to go `), button("Stop here", () => this.stop()));
      this.below = make("div", { class: "card-below" }, part("card-back"), part("card-why"));
      this.below.hidden = true;
      this.turn = button("Turn", () => this.reveal(), "revise-main");
      this.turn.append(make("span", { class: "card-key" }, " (space)"));
      this.grades = make("div", { class: "revise-row card-grades" }, this.turn);
      this.card.replaceChildren(left, part("card-front"), this.below, part("card-source"), this.grades);
      this.toTop(this.card);
    }

    /**
     * Give an element the focus, and bring the card to the top of the window, so that its buttons are in sight.
     * @param {HTMLElement} element
     */
    toTop(element) {
      element.focus({ preventScroll: true });
      this.card.scrollIntoView({ block: "start" });
    }

    /** End before all cards were asked. */
    stop() {
      this.end(this.answered ? this.ending() : "");
    }

    /**
     * Show the chooser in the place of the card, with what is to be said, and offer more where there are more.
     * @param {string} text
     */
    end(text) {
      this.queue = [];
      this.card.hidden = true;
      this.chooser.form.hidden = false;
      this.chooser.update();
      this.status.textContent = text;
      const { fresh } = this.counts(this.chooser.chosen());
      const number = Math.min(MORE, fresh);
      this.more.textContent = number === MORE ? "Ten more" : `${number} more`;
      this.more.hidden = !this.answered || !number;
      const go = this.chooser.row.querySelector("[type=submit]");
      go.classList.toggle("revise-main", this.more.hidden);
      (this.more.hidden ? go : this.more).focus({ preventScroll: true });
      this.status.scrollIntoView({ block: "start" });
    }

    /**
     * Return what is said when no card is left, or no more are wanted.
     * @returns {string}
     */
    ending() {
      const chosen = this.chooser.chosen();
      if (!chosen.length) return "Choose at least one lab.";
      if (!this.answered) return `Nothing is due. ${this.comesBack(chosen)}`;
      const { fresh } = this.counts(chosen);
      const missed = this.missed.size ? `${count(this.missed.size, "card")} missed` : "none missed";
      const left = `${count(fresh, "new card")} ${fresh === 1 ? "is" : "are"} left.`;
      const kept = this.memory.fails ? KEEPS_NOTHING : "Your cards are kept in this browser.";
      return `Done: ${count(this.answered, "answer")}, ${missed}. ${this.comesBack(chosen)} ${left} ${kept}`;
    }

    /**
     * Say when the first card of labs comes back.
     * @param {string[]} chosen
     * @returns {string}
     */
    comesBack(chosen) {
      const known = this.of(chosen).filter((id) => this.memory.cards[id]);
      const next = Math.min(...known.map((id) => this.memory.cards[id].due)) - Date.now();
      return next > 0 ? `The first card comes back in ${interval(next)}.` : "Some cards are still due.";
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
        const key = make("span", { class: "card-key" }, `${grade} `);
        element.append(make("strong", {}, key, name), make("span", {}, when));
        return element;
      });
      this.grades.replaceChildren(...buttons);
      this.below.tabIndex = -1;
      this.toTop(this.below);
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
      if (grade === 1) {
        this.queue.push(id);
        this.missed.add(id);
      }
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
      this.status.textContent = `Exported ${count(Object.keys(this.memory.cards).length, "card")}.`;
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
        this.status.textContent = `Imported ${count(taken, "card")}.${left}`;
      } catch (error) {
        this.status.textContent = `Nothing imported. ${error.message}`;
      }
      file.value = "";
      this.chooser.update();
    }

    /** Ask, and forget. */
    ask() {
      const all = count(Object.keys(this.memory.cards).length, "card");
      const dialog = make("dialog", { class: "revise-box", "aria-labelledby": "cards-ask" });
      const forget = () => {
        this.memory.cards = Object.create(null);
        this.memory.save();
        dialog.close();
        this.answered = 0;
        this.end("Forgotten: all cards are new.");
      };
      const keep = button("Keep it", () => dialog.close(), "revise-main");
      const row = make("div", { class: "revise-row" }, keep, button("Forget it", forget));
      const question = `Forget your progress with ${all}? It cannot be brought back.`;
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
