/* The questions of chosen labs, one at a time in a mixed order. The place in them stays in this browser. */
"use strict";

window.cnnLabs = window.cnnLabs || {};

(function () {
  const { make, button, count, Chooser } = window.cnnLabs.revise;
  const { shuffled, start, tries } = window.cnnLabs.quiz;
  const KEY = "cnn-labs:quiz";

  /** A round: its questions in order, the place in it, and what was missed; all as the ids of questions. */
  class Kept {
    /** @param {function(string): boolean} exists */
    constructor(exists) {
      this.exists = exists;
      this.fails = false;
    }

    /**
     * Return the round that was left, or null.
     * @returns {{queue: string[], at: number, missed: string[]}|null}
     */
    read() {
      try {
        const { queue, at, missed } = JSON.parse(localStorage.getItem(KEY));
        const known = [...queue, ...missed].every(this.exists);
        return known && Number.isInteger(at) && at > 0 && at < queue.length ? { queue, at, missed } : null;
      } catch {
        return null;
      }
    }

    /** @param {{queue: string[], at: number, missed: string[]}|null} round null: none is left */
    write(round) {
      try {
        if (round) localStorage.setItem(KEY, JSON.stringify(round));
        else localStorage.removeItem(KEY);
      } catch {
        this.fails = true;
      }
    }
  }

  /** The page: chooser, question, score. */
  class Mixed {
    /**
     * @param {HTMLElement} place
     * @param {HTMLElement[]} quizzes
     */
    constructor(place, quizzes) {
      const questions = quizzes.flatMap((quiz) => [...quiz.querySelectorAll(".quiz-question")]);
      this.questions = new Map(questions.map((question) => [question.id, question]));
      this.kept = new Kept((id) => this.questions.has(id));
      this.where = make("p", { role: "status", class: "quiz-where" });
      this.leave = button("Stop here", () => this.stop());
      this.again = button("Those I missed, again", () => this.begin(this.round.missed), "revise-main");
      this.stage = make("div", { class: "quiz-stage" });
      this.stage.addEventListener("quiz-done", () => this.done());
      this.chooser = this.makeChooser(quizzes);
      this.goOn = button("", () => this.resume(), "revise-main");
      this.chooser.row.prepend(this.goOn);
      const head = make("div", { class: "revise-row" }, this.where, this.leave, this.again);
      place.append(head, this.stage, this.chooser.form);
      this.rest("");
    }

    /**
     * @param {HTMLElement[]} quizzes
     * @returns {Chooser}
     */
    makeChooser(quizzes) {
      const labs = quizzes.map((quiz) => ({ number: quiz.dataset.lab.slice(0, 2), title: quiz.dataset.title }));
      const begin = (chosen) => {
        if (chosen.length) this.begin(this.of(chosen));
        else this.where.textContent = "Choose at least one lab.";
      };
      const summary = (chosen) => count(this.of(chosen).length, "question");
      const chooser = new Chooser({ labs, kept: [], go: "Mix and start", begin, summary });
      chooser.update();
      return chooser;
    }

    /**
     * Return the ids of the questions of labs.
     * @param {string[]} numbers
     * @returns {string[]}
     */
    of(numbers) {
      return [...this.questions.keys()].filter((id) => numbers.includes(id.split("-")[1]));
    }

    /**
     * Begin with questions, mixed.
     * @param {string[]} ids at least one
     */
    begin(ids) {
      this.round = { queue: shuffled(ids), at: 0, missed: [] };
      this.show();
    }

    /** Go on with the round that was left. */
    resume() {
      this.round = this.kept.read();
      if (this.round) this.show();
      else this.rest("");
    }

    /** Show the question at the place: a copy, so that the list below stays as it is. */
    show() {
      const { queue, at } = this.round;
      const original = this.questions.get(queue[at]);
      const copy = original.cloneNode(true);
      copy.id = "quiz-now";
      copy.querySelector(".quiz-number").remove();
      copy.querySelectorAll("input").forEach((input) => (input.name = "quiz-now"));
      const last = at + 1 === queue.length;
      this.next = button(last ? "See the score" : "Next question", () => this.move(), "revise-main quiz-next");
      this.next.hidden = true;
      copy.querySelector(".quiz-explanation").before(this.next);
      const lab = original.dataset.lab;
      const link = make("a", { href: `../labs/${lab}.html` }, `Lab ${lab.slice(0, 2)}`);
      this.stage.replaceChildren(copy, make("p", { class: "revise-muted" }, link));
      start(copy);
      this.now = copy;
      this.chooser.form.hidden = true;
      this.again.hidden = true;
      this.leave.hidden = false;
      this.where.textContent = `Question ${at + 1} of ${queue.length}`;
      copy.querySelector("input").focus({ preventScroll: true });
      this.where.scrollIntoView({ block: "start" });
    }

    /** Note the answer, and offer what comes next. */
    done() {
      if (!this.next.hidden) return;
      this.next.hidden = false;
      const { queue, at, missed } = this.round;
      if (tries(this.now) > 1) missed.push(queue[at]);
      this.kept.write(at + 1 < queue.length ? { queue, at: at + 1, missed } : null);
    }

    /** Go to the next question, or to the score. */
    move() {
      this.round.at += 1;
      const { queue, at, missed } = this.round;
      if (at < queue.length) {
        this.show();
        return;
      }
      this.rest(`The end: ${queue.length - missed.length} of ${queue.length} at the first try.`);
      this.again.hidden = !missed.length;
      (missed.length ? this.again : this.chooser.row.querySelector("[type=submit]")).focus({ preventScroll: true });
      this.where.scrollIntoView({ block: "start" });
    }

    /** Leave the round; it is offered again. */
    stop() {
      this.rest(this.kept.fails ? "This browser does not keep your place." : "");
      const [first] = [...this.chooser.row.querySelectorAll("button")].filter((each) => !each.hidden);
      first.focus();
    }

    /**
     * Show the chooser, no question, and what is to be said.
     * @param {string} text
     */
    rest(text) {
      this.stage.replaceChildren();
      this.where.textContent = text;
      this.leave.hidden = this.again.hidden = true;
      this.chooser.form.hidden = false;
      const left = this.kept.read();
      this.goOn.hidden = !left;
      if (left) this.goOn.textContent = `Go on with question ${left.at + 1} of ${left.queue.length}`;
      this.chooser.row.querySelector("[type=submit]").classList.toggle("revise-main", !left);
    }
  }

  /** Set up the page. */
  function main() {
    const place = document.getElementById("quiz-mixed");
    if (place) new Mixed(place, [...document.querySelectorAll(".quiz")]);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", main);
  else main();
})();
