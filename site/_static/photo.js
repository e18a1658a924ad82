/* The page "A photo of your own": loads the network when it is asked to, and puts picture, network and drawings
   together. */
"use strict";

(() => {
  const root = (window.cnnLabs = window.cnnLabs || {});
  const photo = (root.photo = root.photo || {});
  const { picture, view } = photo;
  const SCRIPT = new URL("photo-weights.js", document.currentScript.src).href;
  const PREPARED = "Each value x from 0 to 255 goes in as (x − 127) / 128.";

  /** Return one of the page's parts. */
  function find(name) {
    return document.querySelector(`[data-photo="${name}"]`);
  }

  /** Load a script; what it assigns is there when the promise is kept. */
  function loadScript(address) {
    return new Promise((resolve, reject) => {
      const script = view.make("script", { src: address });
      script.onload = resolve;
      script.onerror = () => {
        script.remove();
        reject(new Error("The file photo-weights.js cannot be read. It belongs in the site's folder _static."));
      };
      document.head.append(script);
    });
  }

  /** The page's parts, and what goes on between them. */
  class Page {
    constructor() {
      this.chosen = 0; // counts the pictures, so that one that is slow to be decoded cannot replace a later one
      find("load").addEventListener("click", () => this.load());
    }

    /** Load the network, and show the controls. */
    async load() {
      if (this.loading) return;
      this.loading = true;
      this.say("Loading the network.");
      find("problem").textContent = "";
      try {
        if (!root.photoWeights) await loadScript(SCRIPT);
        this.stored = root.photoWeights;
        if (!this.stored) throw new Error("The file photo-weights.js holds no network.");
        this.runner = new photo.Runner(this.stored);
      } catch (error) {
        this.fail(error.message);
        return;
      } finally {
        this.loading = false;
      }
      this.start();
    }

    /** Put in what only the loaded network knows. */
    start() {
      const focused = document.activeElement === find("load");
      for (const part of document.querySelectorAll("[data-photo-loaded]")) part.hidden = false;
      find("before").hidden = true;
      this.rows = view.buildTable(find("probabilities"), this.stored.classes);
      this.facts();
      find("file").addEventListener("change", () => this.take());
      for (const choice of document.querySelectorAll('input[name="photo-fit"]')) {
        choice.addEventListener("change", () => this.again());
      }
      this.examples();
      this.say("The network is loaded. Choose a picture.");
      if (focused) find("examples").firstChild.focus();
    }

    /** Say something that is not urgent. */
    say(text) {
      find("said").textContent = text;
    }

    /** Say what went wrong. */
    fail(text) {
      this.say("");
      find("problem").textContent = text;
      find("progress").hidden = true;
    }

    /** Say what was measured. */
    facts() {
      const { count, right, rightRounded, same } = this.stored.measured;
      find("facts").textContent = "Measured in the lab's way, on stamps that a probe has not seen: "
        + `${rightRounded} of ${count} right (${right} with weights in full; ${same} answers are the same).`;
    }

    /** Put a button for each example picture into the page. */
    examples() {
      for (const example of this.stored.examples) {
        const address = `data:image/png;base64,${example.png}`;
        const image = view.make("img", { src: address, alt: "", width: 64, height: 64 });
        const button = view.make("button", { type: "button", className: "photo-example" }, image,
          view.make("span", { textContent: example.name }));
        button.addEventListener("click", () => this.show(example.name, () => picture.imageOf(address)));
        find("examples").append(button);
      }
    }

    /** Take the reader's own picture. */
    take() {
      const [file] = find("file").files;
      if (file) this.show(file.name, () => picture.decode(file));
    }

    /** Decode a picture, keep it, and run the network on it. */
    async show(name, decode) {
      this.chosen += 1;
      const mine = this.chosen;
      find("problem").textContent = "";
      try {
        const source = await decode();
        if (mine !== this.chosen) return;
        this.source = source;
        this.name = name;
        this.again();
      } catch (error) {
        if (mine === this.chosen) this.fail(error.message);
      }
    }

    /** Cut the picture to the network's square, and run the network on it. */
    again() {
      if (!this.source) return;
      const whole = document.querySelector('input[name="photo-fit"]:checked').value === "whole";
      const { size } = this.stored;
      const canvas = picture.shrink(this.source, size, whole);
      const pen = find("input").getContext("2d");
      find("input").width = size;
      find("input").height = size;
      pen.drawImage(canvas, 0, 0);
      const { width, height } = picture.sizeOf(this.source);
      const how = whole ? "all of it, filled up to a square with white" : "the square in its middle";
      const text = `${this.name}, ${width} x ${height} pixels; ${how}, at ${size} x ${size}.`;
      find("input").setAttribute("aria-label", `What the network gets: ${text}`);
      find("input-text").textContent = `${text} ${PREPARED}`;
      find("results").hidden = false;
      this.run(picture.pixelsOf(canvas));
    }

    /** Run the network, and show what comes of it. */
    run(pixels) {
      const begun = performance.now();
      const { length } = this.stored.layers;
      view.clearTable(this.rows);
      find("answer").textContent = "Computing.";
      find("maps").replaceChildren();
      const bar = find("progress");
      bar.max = length;
      bar.value = 0;
      bar.hidden = false;
      this.runner.run(pixels, {
        progress: ({ index, stage, side, maps }) => {
          bar.value = index + 1;
          const done = `${view.stageName(stage)}, convolution ${index + 1} of ${length}`;
          find("stage").textContent = `${done}: ${side} x ${side} x ${maps}`;
        },
        result: (result) => this.finish(result, (performance.now() - begun) / 1000),
        problem: (problem) => {
          find("answer").textContent = "";
          this.fail(`The network stopped: ${problem}`);
        },
      });
    }

    /** Show a result. */
    finish({ probabilities, maps }, seconds) {
      const verdict = view.answer(this.stored.classes, probabilities);
      this.probabilities = probabilities;
      find("progress").hidden = true;
      find("stage").textContent = "";
      find("answer").textContent = verdict;
      const where = this.runner.worker ? "beside the page, in a worker" : "in the page itself, in slices";
      this.say(`Computed in ${seconds.toFixed(1)} s, ${where}.`);
      view.showTable(this.rows, probabilities);
      view.showMaps(find("maps"), maps);
    }
  }

  if (find("page")) {
    for (const part of document.querySelectorAll("[data-photo-live]")) part.hidden = false;
    find("missing").hidden = true;
    photo.page = new Page();
  }
})();
