/* Quizzes: the chosen option's reason at once, another try, the other reasons, a score. */
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
   * Return an option's reason as a paragraph: the one that keeps quiet of the other options, where there is one.
   * @param {HTMLFormElement} question
   * @param {string} letter
   * @returns {HTMLElement}
   */
  function reason(question, letter) {
    const entries = [...question.querySelectorAll("template[data-letters], li[data-letters]")];
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

  /**
   * Return how many answers a question has got so far.
   * @param {HTMLFormElement} question
   * @returns {number}
   */
  function tries(question) {
    return tried.get(question).length;
  }

  /** Set up what the page has. */
  function main() {
    document.querySelectorAll(".quiz").forEach(startQuiz);
  }

  window.cnnLabs.quiz = { score, shuffled, start, tries };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", main);
  else main();
})();
