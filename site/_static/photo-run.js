/* Who computes: a worker that is made of the network's source, so that the page stays alive; where there is none, the
   page itself, in slices. */
"use strict";

(() => {
  const root = (window.cnnLabs = window.cnnLabs || {});
  const photo = (root.photo = root.photo || {});
  const SLICE = 30; // milliseconds

  /** What the worker does; it is turned to text and sees nothing of the page. */
  function work(scope, net) {
    let network = null;
    let failed = "";
    scope.onmessage = ({ data: { stored, id, pixels } }) => {
      try {
        if (stored) {
          network = net.unpack(stored);
          return;
        }
        if (failed) throw new Error(failed);
        const way = net.steps(network, pixels);
        let step = way.next();
        for (; !step.done; step = way.next()) scope.postMessage({ id, progress: step.value });
        scope.postMessage({ id, result: step.value });
      } catch (error) {
        failed = failed || error.message;
        scope.postMessage({ id, problem: failed });
      }
    };
  }

  /** Return a worker, or null where the browser lets a page from a disk have none. */
  function startWorker() {
    const source = `"use strict";\n(${work})(self, (${photo.makeNet})());`;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
      return new Worker(address);
    } catch (error) {
      return null;
    }
  }

  /** Runs the network on one picture after another; of pictures that come quickly only the last is answered. */
  class Runner {
    /** @param {object} stored what `photo-weights.js` holds. */
    constructor(stored) {
      this.stored = stored;
      this.id = 0;
      this.worker = startWorker();
      if (!this.worker) return;
      const { layers, kernels, scales, biases, head, size, shown } = stored;
      this.worker.postMessage({ stored: { layers, kernels, scales, biases, head, size, shown } });
      this.worker.onmessage = ({ data }) => this.hear(data);
      this.worker.onerror = (event) => {
        event.preventDefault();
        this.withoutWorker();
      };
    }

    /**
     * Run the network.
     * @param {Uint8Array} pixels red, green, blue, by rows.
     * @param {{progress: Function, result: Function, problem: Function}} listener is told what happens.
     */
    run(pixels, listener) {
      this.id += 1;
      this.pixels = pixels;
      this.listener = listener;
      if (this.worker) this.worker.postMessage({ id: this.id, pixels });
      else this.slices(this.id);
    }

    /** Take in what the worker says; what it says of an earlier picture is not wanted any more. */
    hear({ id, progress, result, problem }) {
      if (id !== this.id) return;
      if (problem) this.listener.problem(problem);
      if (progress) this.listener.progress(progress);
      if (result) this.listener.result(result);
    }

    /** Go on without the worker. */
    withoutWorker() {
      if (!this.worker) return;
      this.worker.terminate();
      this.worker = null;
      if (this.id) this.slices(this.id);
    }

    /** Compute in the page, a few layers at a time. */
    slices(id) {
      try {
        this.network = this.network || photo.net.unpack(this.stored);
      } catch (error) {
        this.hear({ id, problem: error.message });
        return;
      }
      const way = photo.net.steps(this.network, this.pixels);
      const go = () => {
        const end = performance.now() + SLICE;
        let step = null;
        do {
          if (id !== this.id) return;
          step = way.next();
        } while (!step.done && performance.now() < end);
        this.hear(step.done ? { id, result: step.value } : { id, progress: step.value });
        if (!step.done) setTimeout(go);
      };
      setTimeout(go);
    }
  }

  photo.Runner = Runner;
})();
