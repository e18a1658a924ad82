/* The drawing pad of the page "A digit by hand": mouse, finger, pen or keyboard; eraser, undo, clear. */
"use strict";

(() => {
  const root = (window.cnnLabs = window.cnnLabs || {});
  const digit = (root.digit = root.digit || {});
  const SIDE = 280;
  const STEP = 10;
  const MOST_UNDO = 30;
  const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  /** A canvas of ink: white on black, as the network wants it. */
  class Pad {
    /**
     * @param {HTMLCanvasElement} canvas of 280 x 280 pixels, whatever its size on the screen.
     * @param {HTMLElement} cursor the mark of the keyboard's pen.
     * @param {function(): void} changed called when there is something else on the pad.
     * @param {function(string): void} say called with a line for the reader.
     */
    constructor(canvas, cursor, changed, say) {
      Object.assign(this, { canvas, cursor, changed, say, width: 22, erasing: false });
      this.pen = canvas.getContext("2d", { willReadFrequently: true });
      this.history = [];
      this.shown = null; // what stands on the pad in place of a drawing: an example, or dots
      this.at = { x: SIDE / 2, y: SIDE / 2, down: false };
      this.blank();
      this.listen();
    }

    /** Make the pad all paper. */
    blank() {
      this.pen.fillStyle = "#000";
      this.pen.fillRect(0, 0, SIDE, SIDE);
    }

    /** Return the drawing as an image of ink, values 0 to 1. */
    ink() {
      const { data } = this.pen.getImageData(0, 0, SIDE, SIDE);
      const values = new Float64Array(SIDE * SIDE);
      for (let i = 0; i < values.length; i += 1) values[i] = data[4 * i] / 255;
      return { height: SIDE, width: SIDE, values };
    }

    /** Keep what is there for "Undo". */
    keep() {
      this.history.push({ pixels: this.pen.getImageData(0, 0, SIDE, SIDE), shown: this.shown });
      if (this.history.length > MOST_UNDO) this.history.shift();
    }

    /** Take the last step back. */
    undo() {
      const last = this.history.pop();
      if (!last) return this.say("There is nothing to undo.");
      this.pen.putImageData(last.pixels, 0, 0);
      this.shown = last.shown;
      this.lift();
      return this.changed();
    }

    /** Empty the pad. */
    clear() {
      this.keep();
      this.shown = null;
      this.lift();
      this.blank();
      this.changed();
    }

    /** Put an image on the pad that is read as it is, not as a drawing; the next stroke takes it away. */
    show(image, shown) {
      this.keep();
      this.lift();
      this.blank();
      const cell = (shown.whole ? SIDE : 0.75 * SIDE) / Math.max(image.height, image.width);
      const [left, top] = [(SIDE - image.width * cell) / 2, (SIDE - image.height * cell) / 2];
      image.values.forEach((ink, i) => {
        const [x, y] = [i % image.width, Math.floor(i / image.width)].map((at) => at * cell);
        this.pen.fillStyle = `rgb(${[255, 255, 255].map((white) => Math.round(white * ink)).join(" ")})`;
        this.pen.fillRect(Math.floor(left + x), Math.floor(top + y), Math.ceil(cell), Math.ceil(cell));
      });
      this.shown = shown;
      this.changed();
    }

    /** Begin a stroke; what is only shown goes away. */
    begin() {
      this.keep();
      if (!this.shown) return;
      this.shown = null;
      this.blank();
    }

    /** Draw or erase a line from one point to another; a dot where they are the same. */
    line(from, to) {
      this.pen.strokeStyle = this.erasing ? "#000" : "#fff";
      this.pen.lineWidth = this.erasing ? 1.6 * this.width : this.width;
      this.pen.lineCap = this.pen.lineJoin = "round";
      this.pen.beginPath();
      this.pen.moveTo(from.x, from.y);
      this.pen.lineTo(to.x, to.y);
      this.pen.stroke();
      this.changed();
    }

    /** Return where an event of the pointer lies on the pad. */
    point(event) {
      const box = this.canvas.getBoundingClientRect();
      return { x: ((event.clientX - box.left) * SIDE) / box.width, y: ((event.clientY - box.top) * SIDE) / box.height };
    }

    /** Follow pointer and keyboard. */
    listen() {
      let last = null;
      this.canvas.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        this.lift();
        this.cursor.hidden = true;
        this.canvas.setPointerCapture(event.pointerId);
        this.begin();
        last = { id: event.pointerId, ...this.point(event) };
        this.line(last, last);
      });
      this.canvas.addEventListener("pointermove", (event) => {
        if (!last || event.pointerId !== last.id) return;
        const passed = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
        for (const one of passed.length ? passed : [event]) {
          const next = this.point(one);
          this.line(last, next);
          Object.assign(last, next);
        }
      });
      for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => { last = null; });
      this.canvas.addEventListener("keydown", (event) => this.key(event));
      this.canvas.addEventListener("focus", () => { if (this.canvas.matches(":focus-visible")) this.mark(); });
      this.canvas.addEventListener("blur", () => { this.lift(); this.cursor.hidden = true; });
    }

    /** Move the pen, put it down or lift it, by keys. */
    key(event) {
      const name = event.key.toLowerCase();
      if (event.altKey || ((event.ctrlKey || event.metaKey) && name !== "z")) return;
      const undo = () => this.undo();
      const clear = () => this.clear();
      const actions = { " ": () => this.dip(), escape: () => this.lift(true), u: undo, z: undo, delete: clear };
      if (MOVES[event.key]) this.move(MOVES[event.key], event.shiftKey ? 3 * STEP : STEP);
      else if (actions[name]) actions[name]();
      else return;
      event.preventDefault();
    }

    /** Move the keyboard's pen; it draws where it is down. */
    move([across, down], step) {
      const inside = (value) => Math.min(Math.max(value, STEP), SIDE - STEP);
      const next = { x: inside(this.at.x + across * step), y: inside(this.at.y + down * step) };
      if (this.at.down) this.line(this.at, next);
      Object.assign(this.at, next);
      this.mark();
      const [row, column] = [next.y, next.x].map((at) => Math.round(at / STEP));
      this.say(`Row ${row}, column ${column} of 28, ${this.tool()} ${this.at.down ? "down" : "up"}.`);
    }

    /** Put the keyboard's pen down, or lift it. */
    dip() {
      if (this.at.down) return this.lift(true);
      this.begin();
      this.at.down = true;
      this.line(this.at, this.at);
      this.mark();
      return this.say(`The ${this.tool()} is down.`);
    }

    /** Return what is in the hand. */
    tool() {
      return this.erasing ? "eraser" : "pen";
    }

    /** Lift the keyboard's pen. */
    lift(aloud = false) {
      if (this.at.down && aloud) this.say(`The ${this.tool()} is up.`);
      this.at.down = false;
      this.cursor.classList.remove("down");
    }

    /** Show where the keyboard's pen is. */
    mark() {
      this.cursor.hidden = false;
      this.cursor.classList.toggle("down", this.at.down);
      this.cursor.style.left = `${(100 * this.at.x) / SIDE}%`;
      this.cursor.style.top = `${(100 * this.at.y) / SIDE}%`;
    }
  }

  digit.Pad = Pad;
})();
