/* The page "A digit by hand": a drawing goes through lab 06's preparation and network while it is drawn. */
"use strict";

(() => {
  const { digit, lenet } = window.cnnLabs;
  const { net, prepare, view } = digit;
  const QUIET = 500; // milliseconds: an answer is read aloud when the pen rests

  /** Return the element that has a name on this page. */
  const find = (name) => document.querySelector(`[data-digit="${name}"]`);

  /** Return a function that waits until it has not been called for a while. */
  function whenQuiet(run) {
    let waiting = 0;
    return (...values) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => run(...values), QUIET);
    };
  }

  /** The page's parts, and what goes on between them. */
  class Page {
    constructor() {
      this.weights = net.weightsOf(lenet);
      this.examples = lenet.examples.map((example) => ({ label: example.label, picture: net.pictureOf(example) }));
      this.say = whenQuiet((text) => { find("said").textContent = text; });
      this.announce = whenQuiet((text) => { find("spoken").textContent = text; });
      this.rows = view.buildTable(find("probabilities"));
      this.neuron = new digit.Neuron(find("neuron"), (layer, map) => this.press(layer, map));
      this.buttons = view.buildOverview(find("overview"), (layer, map) => this.choose(layer, map));
      this.pad = new digit.Pad(find("pad"), find("cursor"), () => this.soon(), this.say);
      this.tools();
      this.facts();
      this.neuron.set({});
      this.example(4);
      this.pad.history = []; // what was there before the first example is nothing to go back to
      this.read();
      this.neuron.go("C1", 0);
    }

    /** Connect the controls. */
    tools() {
      for (const tool of document.querySelectorAll('input[name="digit-tool"]')) {
        tool.addEventListener("change", () => { this.pad.erasing = tool.value === "eraser"; });
      }
      find("width").addEventListener("input", () => {
        this.pad.width = Number(find("width").value);
        find("width-value").textContent = `${this.pad.width} of 280`;
      });
      find("undo").addEventListener("click", () => this.pad.undo());
      find("clear").addEventListener("click", () => this.pad.clear());
      find("scaled-answer").addEventListener("change", () => this.read());
      const back = () => find("overview").querySelector('[aria-pressed="true"]').focus();
      for (const name of ["back-up", "back"]) find(name).addEventListener("click", back);
      find("read-dots").addEventListener("click", () => this.dots());
      this.examples.forEach((example, index) => {
        const surprise = index === 10;
        const textContent = surprise ? `${view.article(example.label)} that it misreads` : String(example.label);
        const button = view.make("button", { type: "button", textContent });
        if (!surprise) button.setAttribute("aria-label", `Example: ${view.article(example.label)}`);
        button.addEventListener("click", () => this.example(index));
        find("examples").append(button);
      });
    }

    /** Say what is known of the network. */
    facts() {
      const { testErrors, testCount, temperature } = lenet;
      const right = (100 * (1 - testErrors / testCount)).toFixed(2);
      const digits = `${testCount.toLocaleString("en")} test digits`;
      find("facts").textContent = `This network makes ${testErrors} errors on the ${digits}: ${right}% read rightly.`;
      find("temperature").textContent = `T = ${temperature.toFixed(2)}`;
    }

    /** Put one of the test digits on the pad. */
    example(index) {
      const values = this.examples[index].picture;
      const { label } = this.examples[index];
      this.pad.show({ height: 28, width: 28, values }, { whole: true, picture: values, label });
    }

    /** Read a drawing of # and dots. */
    dots() {
      const field = find("dots");
      const problem = find("dots-problem");
      try {
        const image = prepare.fromDots(field.value);
        if (Math.max(image.height, image.width) > 100) throw new Error("At most 100 lines of 100 characters.");
        problem.textContent = "";
        field.removeAttribute("aria-invalid");
        this.pad.show(image, { image });
      } catch (error) {
        problem.textContent = error.message;
        field.setAttribute("aria-invalid", "true");
      }
    }

    /** Read the pad at the next frame, however many strokes come before it. */
    soon() {
      if (this.frame) return;
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.read();
      });
    }

    /** Prepare what is on the pad, run the network, and show everything. */
    read() {
      const { shown } = this.pad;
      const steps = shown && shown.picture ? null : prepare.prepare((shown && shown.image) || this.pad.ink());
      const empty = !steps && !(shown && shown.picture);
      const picture = steps ? steps.placed.values : (shown && shown.picture) || new Float64Array(784);
      this.values = net.forward(this.weights, picture);
      const temperature = find("scaled-answer").checked ? lenet.temperature : 1;
      this.probabilities = net.softmax(this.values.output, temperature);
      this.showSteps(steps, picture, empty);
      view.showTable(this.rows, this.probabilities);
      view.showOverview(this.buttons, this.values);
      this.neuron.show(this.values, this.weights);
      const verdict = this.verdict(empty, shown);
      find("answer").textContent = verdict;
      this.announce(verdict);
    }

    /** Return the answer in words. */
    verdict(empty, shown) {
      const answer = view.answer(this.probabilities);
      if (empty) return `Nothing is drawn. An empty picture, all zeros, is answered all the same. ${answer}`;
      return shown && shown.picture ? `MNIST calls it ${view.article(shown.label)}. ${answer}` : answer;
    }

    /** Show how the drawing became the input. */
    showSteps(steps, picture, empty) {
      for (const name of ["cut", "scaled"]) {
        find(`${name}-figure`).hidden = !steps;
        if (!steps) continue;
        const { height, width, values } = steps[name];
        view.paint(find(name), values, width, { most: 1 });
        const title = name === "cut" ? "Cut out" : "Scaled";
        find(name).setAttribute("aria-label", `${title}, ${height} x ${width} pixels`);
        find(`${name}-size`).textContent = `${height} x ${width}`;
      }
      view.paint(find("placed"), picture, 28, { most: 1 });
      const text = this.stepsInWords(steps, empty);
      find("steps-text").textContent = text;
      find("placed").setAttribute("aria-label", `The input, 28 x 28. ${text}`);
    }

    /** Return where the input comes from. */
    stepsInWords(steps, empty) {
      if (empty) {
        return "There is no ink to cut out: the lab's preparation refuses an empty picture. "
          + "The network gets 28 x 28 zeros instead.";
      }
      if (!steps) return "It is one of MNIST's test digits and prepared already: it goes to the network as it is.";
      const { placed, scaled } = steps;
      const [row, column] = prepare.centreOfMass(placed).map((middle) => middle.toFixed(1));
      const where = `row ${placed.top}, column ${placed.left}`;
      return `${scaled.height} x ${scaled.width} pixels, laid in from ${where}; centre of mass (${row}, ${column}).`;
    }

    /** Look at another map, from the overview. */
    choose(layer, map) {
      this.neuron.go(layer, map);
      find("title").focus({ preventScroll: true });
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      find("neuron").scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
    }

    /** Mark the map that is looked at. */
    press(layer, map) {
      if (!this.buttons) return;
      for (const [name, buttons] of Object.entries(this.buttons)) {
        const chosen = (index) => name === layer && (buttons.length === 1 || index === map);
        buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(chosen(index))));
      }
    }
  }

  if (lenet && find("page")) {
    for (const part of document.querySelectorAll("[data-digit-live]")) part.hidden = false;
    find("missing").hidden = true;
    digit.page = new Page();
  }
})();
