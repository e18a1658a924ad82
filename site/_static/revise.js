/* What the pages of flashcards and of quizzes share: elements, counts in words, the form that chooses labs. */
"use strict";

window.cnnLabs = window.cnnLabs || {};

(function () {
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

  /**
   * Return a count with its noun: "1 card", "2 cards".
   * @param {number} number
   * @param {string} noun
   * @returns {string}
   */
  function count(number, noun) {
    return `${number} ${noun}${number === 1 ? "" : "s"}`;
  }

  /**
   * Return the numbers of the labs that the page's address names (#labs=02,05), none where it names none.
   * @returns {string[]}
   */
  function linkedLabs() {
    const linked = /^#labs=([\d,]+)$/.exec(location.hash);
    return linked ? linked[1].split(",").filter(Boolean) : [];
  }

  /** A form: begin, all, none, and folded below them the labs. */
  class Chooser {
    /**
     * @param {Object} options
     * @param {{number: string, title: string}[]} options.labs
     * @param {string[]} options.kept the numbers chosen last; none: all. The page's address goes before.
     * @param {string} options.go the name of the button that begins
     * @param {function(string[]): void} options.begin
     * @param {function(string[]): string} options.summary says what the chosen labs hold
     */
    constructor({ labs, kept, go, begin, summary }) {
      this.summary = summary;
      const linked = linkedLabs();
      const first = linked.length ? linked : kept;
      this.notes = new Map();
      const choices = labs.map(({ number, title }) => {
        const box = make("input", { type: "checkbox", value: number });
        box.checked = !first.length || first.includes(number);
        const note = make("span", { class: "revise-muted" });
        this.notes.set(number, note);
        return make("label", { class: "revise-choice" }, box, make("span", {}, `${number} ${shortTitle(title)} `, note));
      });
      const legend = make("legend", { class: "revise-unseen" }, "Labs");
      const boxes = make("fieldset", {}, legend, make("div", { class: "revise-choices" }, ...choices));
      this.total = make("summary", {});
      const main = make("button", { type: "submit", class: "revise-button revise-main" }, go);
      this.row = make("div", { class: "revise-row" }, main);
      this.row.append(button("All", () => this.set(true)), button("None", () => this.set(false)));
      this.form = make("form", { class: "revise-box revise-controls" }, this.row);
      this.form.append(make("details", {}, this.total, boxes));
      this.form.addEventListener("change", () => this.update());
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        begin(this.chosen());
      });
    }

    /** @param {boolean} value whether all labs are chosen, or none */
    set(value) {
      this.form.querySelectorAll("input").forEach((box) => (box.checked = value));
      this.update();
    }

    /**
     * Return the numbers of the chosen labs.
     * @returns {string[]}
     */
    chosen() {
      return [...this.form.querySelectorAll("input:checked")].map((box) => box.value);
    }

    /** Say what the chosen labs hold. */
    update() {
      const chosen = this.chosen();
      this.total.textContent = `${count(chosen.length, "lab")}: ${this.summary(chosen)}`;
    }
  }

  /**
   * Return a lab's title up to its colon.
   * @param {string} title
   * @returns {string}
   */
  function shortTitle(title) {
    return title.split(":")[0];
  }

  window.cnnLabs.revise = { make, button, count, Chooser };
})();
