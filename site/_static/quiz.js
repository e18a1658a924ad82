/* Quizzes: the chosen option's reason at once, another try, the other reasons, a score; all labs' questions mixed. */
"use strict";

window.cnnLabs = window.cnnLabs || {};

(function () {
  /** Question -> the letters tried, in order. */
  const tried = new WeakMap();

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
   * Return a copy of the list entry with an option's reason, as a paragraph.
   * @param {HTMLFormElement} question
   * @param {string} letter
   * @returns {HTMLElement}
   */
  function reason(question, letter) {
    const entries = [...question.querySelectorAll("li[data-letters]")];
    const entry = entries.find((item) => item.dataset.letters.includes(letter));
    const paragraph = make("p", { class: "quiz-reason" });
    paragraph.innerHTML = entry.innerHTML;
    return paragraph;
  }

  /**
   * Answer the option that is chosen.
   * @param {HTMLFormElement} question
   */
  function check(question) {
    const chosen = question.querySelector("input:checked");
    const verdict = question.querySelector(".quiz-verdict");
    if (!chosen) {
      verdict.replaceChildren(make("p", {}, "Choose an answer first."));
      return;
    }
    const right = chosen.value === question.dataset.right;
    const letters = tried.get(question);
    const done = letters.includes(question.dataset.right);
    if (!done && letters[letters.length - 1] !== chosen.value) letters.push(chosen.value);
    question.classList.toggle("is-right", right);
    question.classList.toggle("is-wrong", !right);
    const word = right ? "✓ Right." : "✗ Not yet. Choose again.";
    verdict.replaceChildren(make("p", { class: "quiz-result" }, word), reason(question, chosen.value));
    if (right) {
      showOthers(question);
      question.dispatchEvent(new CustomEvent("quiz-done", { bubbles: true }));
    }
  }

  /**
   * Fold in what is to be said of the other options, below the one that is right.
   * @param {HTMLFormElement} question
   */
  function showOthers(question) {
    const details = question.querySelector(".quiz-explanation");
    for (const item of details.querySelectorAll("li")) {
      item.hidden = item.dataset.letters.includes(question.dataset.right);
    }
    details.querySelector("summary").textContent = "The other answers";
    details.hidden = false;
    details.open = true;
  }

  /**
   * Make a question answer, or make it new again.
   * @param {HTMLFormElement} question
   */
  function reset(question) {
    tried.set(question, []);
    question.reset();
    question.classList.remove("is-right", "is-wrong");
    question.querySelector(".quiz-controls").hidden = false;
    question.querySelector(".quiz-verdict").replaceChildren();
    const details = question.querySelector(".quiz-explanation");
    details.hidden = true;
    details.open = false;
  }

  /**
   * Make questions answer on "Check" or Enter.
   * @param {HTMLFormElement} question
   */
  function start(question) {
    reset(question);
    question.addEventListener("submit", (event) => {
      event.preventDefault();
      check(question);
    });
    question.addEventListener("change", () => {
      question.classList.remove("is-right", "is-wrong");
      question.querySelector(".quiz-verdict").replaceChildren();
    });
  }

  /**
   * Return the score in words, or nothing while a question is open.
   * @param {HTMLFormElement[]} questions
   * @returns {string}
   */
  function score(questions) {
    const done = questions.filter((question) => tried.get(question).includes(question.dataset.right));
    if (done.length < questions.length) return "";
    const first = done.filter((question) => tried.get(question).length === 1).length;
    return `All ${done.length} answered; ${first} of ${done.length} at the first try.`;
  }

  /**
   * Set up the questions of one lab, with the score at their end.
   * @param {HTMLElement} quiz
   */
  function startQuiz(quiz) {
    const questions = [...quiz.querySelectorAll(".quiz-question")];
    questions.forEach(start);
    quiz.addEventListener("quiz-done", () => {
      quiz.querySelector(".quiz-score").textContent = score(questions);
    });
  }

  /**
   * Return a copy in random order.
   * @template Item
   * @param {Item[]} items
   * @returns {Item[]}
   */
  function shuffled(items) {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = Math.floor(Math.random() * (last + 1));
      [result[last], result[other]] = [result[other], result[last]];
    }
    return result;
  }

  /** The questions of several labs, one at a time in a mixed order. */
  class Mixed {
    /**
     * @param {HTMLElement} place
     * @param {HTMLElement[]} quizzes
     */
    constructor(place, quizzes) {
      this.quizzes = quizzes;
      this.missed = [];
      this.stage = make("div", { class: "quiz-stage" });
      this.where = make("p", { class: "revise-muted", role: "status" });
      this.next = make("button", { type: "button", class: "revise-button revise-main" }, "Next question");
      this.next.addEventListener("click", () => this.show(this.at + 1));
      this.again = make("button", { type: "button", class: "revise-button" }, "Those I missed, again");
      this.again.addEventListener("click", () => this.begin(this.missed));
      this.stage.addEventListener("quiz-done", () => this.done());
      place.append(this.chooser(), this.where, this.stage, make("div", { class: "revise-row" }, this.next, this.again));
      this.next.hidden = this.again.hidden = true;
    }

    /**
     * Return the form that chooses labs.
     * @returns {HTMLElement}
     */
    chooser() {
      const choices = this.quizzes.map((quiz) => {
        const box = make("input", { type: "checkbox", value: quiz.dataset.lab });
        box.checked = true;
        return make("label", { class: "revise-choice" }, box, ` ${quiz.dataset.lab.slice(0, 2)} ${quiz.dataset.title}`);
      });
      const legend = make("legend", { class: "revise-unseen" }, "Labs");
      const boxes = make("fieldset", {}, legend, make("div", { class: "revise-choices" }, ...choices));
      this.folded = make("details", { open: "" }, make("summary", {}, "Labs"), boxes);
      const all = make("button", { type: "button", class: "revise-button" }, "All");
      const none = make("button", { type: "button", class: "revise-button" }, "None");
      const go = make("button", { type: "submit", class: "revise-button revise-main" }, "Mix and start");
      const row = make("div", { class: "revise-row" }, go, all, none);
      const form = make("form", { class: "revise-box revise-controls" }, this.folded, row);
      const set = (value) => form.querySelectorAll("input").forEach((box) => (box.checked = value));
      all.addEventListener("click", () => set(true));
      none.addEventListener("click", () => set(false));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.begin(this.chosen(form));
      });
      return form;
    }

    /**
     * Return the originals of the chosen labs' questions.
     * @param {HTMLElement} form
     * @returns {HTMLFormElement[]}
     */
    chosen(form) {
      const names = [...form.querySelectorAll("input:checked")].map((box) => box.value);
      return this.quizzes
        .filter((quiz) => names.includes(quiz.dataset.lab))
        .flatMap((quiz) => [...quiz.querySelectorAll(".quiz-question")]);
    }

    /**
     * Begin with questions, mixed.
     * @param {HTMLFormElement[]} questions
     */
    begin(questions) {
      this.queue = shuffled(questions);
      this.missed = [];
      this.again.hidden = true;
      if (!this.queue.length) {
        this.stage.replaceChildren();
        this.next.hidden = true;
        this.where.textContent = "Choose at least one lab.";
        return;
      }
      this.folded.open = false;
      this.show(0);
    }

    /**
     * Show a question of the queue: a copy, so that the list below stays as it is.
     * @param {number} at
     */
    show(at) {
      this.at = at;
      this.next.hidden = true;
      const original = this.queue[at];
      const copy = original.cloneNode(true);
      copy.id = "quiz-now";
      copy.querySelector(".quiz-number").remove();
      copy.querySelectorAll("input").forEach((input) => (input.name = "quiz-now"));
      const lab = original.dataset.lab;
      const link = make("a", { href: `../labs/${lab}.html` }, `Lab ${lab.slice(0, 2)}`);
      this.stage.replaceChildren(make("p", { class: "revise-muted" }, link), copy);
      start(copy);
      this.now = copy;
      this.where.textContent = `Question ${at + 1} of ${this.queue.length}`;
      copy.querySelector("input").focus();
    }

    /** Go on, or tell the score, when the question is answered. */
    done() {
      if (tried.get(this.now).length > 1) this.missed.push(this.queue[this.at]);
      const last = this.at + 1 === this.queue.length;
      this.next.hidden = last;
      if (!last) return;
      const right = this.queue.length - this.missed.length;
      this.where.textContent = `The end: ${right} of ${this.queue.length} at the first try.`;
      this.again.hidden = !this.missed.length;
    }
  }

  /** Set up what the page has. */
  function main() {
    const quizzes = [...document.querySelectorAll(".quiz")];
    quizzes.forEach(startQuiz);
    const place = document.getElementById("quiz-mixed");
    if (place) new Mixed(place, quizzes);
  }

  window.cnnLabs.quiz = { score, shuffled };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", main);
  else main();
})();
