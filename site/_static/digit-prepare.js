/* How lab 06 prepares a digit of one's own (its section 10): cut out, scale, place. Arithmetic only.
   An image of ink is { height, width, values }: values 0 (paper) to 1 (ink), by rows. */
"use strict";

(() => {
  const root = (window.cnnLabs = window.cnnLabs || {});
  const digit = (root.digit = root.digit || {});
  const SIDE = 20;
  const FIELD = 28;
  const THRESHOLD = 0.2;

  /** Round as Python does: a half goes to the even neighbour. */
  function roundEven(value) {
    const below = Math.floor(value);
    if (value - below !== 0.5) return Math.round(value);
    return below % 2 === 0 ? below : below + 1;
  }

  /** Return the mean row and the mean column of an image's ink. */
  function centreOfMass({ height, width, values }) {
    let [sum, rows, columns] = [0, 0, 0];
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const ink = values[y * width + x];
        sum += ink;
        rows += ink * y;
        columns += ink * x;
      }
    }
    return [rows / sum, columns / sum];
  }

  /** Return the smallest rectangle that holds all the ink; null where there is none. */
  function cutOut({ height, width, values }, threshold = THRESHOLD) {
    let [top, bottom, left, right] = [height, -1, width, -1];
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        if (values[y * width + x] <= threshold) continue;
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
        left = Math.min(left, x);
        right = Math.max(right, x);
      }
    }
    if (bottom < 0) return null;
    const [high, wide] = [bottom - top + 1, right - left + 1];
    const cut = new Float64Array(high * wide);
    for (let y = 0; y < high; y += 1) {
      for (let x = 0; x < wide; x += 1) cut[y * wide + x] = values[(y + top) * width + x + left];
    }
    return { height: high, width: wide, values: cut };
  }

  /** The bicubic kernel with a = -1/2. */
  function cubic(distance) {
    const x = Math.abs(distance);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  }

  /** Return for each pixel of a new line the first pixel of the old that it reads, and its weights, which sum to 1. */
  function shares(from, to) {
    const step = from / to;
    const stretch = Math.max(step, 1); // scaling down, the kernel is as much wider: nothing is skipped
    return Array.from({ length: to }, (_, index) => {
      const centre = (index + 0.5) * step;
      const first = Math.max(0, Math.trunc(centre - 2 * stretch + 0.5));
      const end = Math.min(from, Math.trunc(centre + 2 * stretch + 0.5));
      const weights = [];
      for (let x = first; x < end; x += 1) weights.push(cubic((x - centre + 0.5) / stretch));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return { first, weights: weights.map((weight) => weight / total) };
    });
  }

  /** Return an image resized by bicubic interpolation, lines first and columns after them. */
  function resize({ height, width, values }, high, wide) {
    const lines = new Float64Array(height * wide);
    shares(width, wide).forEach(({ first, weights }, x) => {
      for (let y = 0; y < height; y += 1) {
        weights.forEach((weight, k) => { lines[y * wide + x] += weight * values[y * width + first + k]; });
      }
    });
    const result = new Float64Array(high * wide);
    shares(height, high).forEach(({ first, weights }, y) => {
      for (let x = 0; x < wide; x += 1) {
        weights.forEach((weight, k) => { result[y * wide + x] += weight * lines[(first + k) * wide + x]; });
      }
    });
    return { height: high, width: wide, values: result };
  }

  /** Scale an image, its shape kept: longer side `side` pixels, darkest ink 1. */
  function scale(image, side = SIDE) {
    const factor = side / Math.max(image.height, image.width);
    const [high, wide] = [image.height, image.width].map((length) => Math.max(1, roundEven(length * factor)));
    const smooth = resize(image, high, wide);
    const values = smooth.values.map((value) => Math.max(0, value));
    const most = values.reduce((largest, value) => Math.max(largest, value), 0);
    return { height: high, width: wide, values: values.map((value) => value / most) };
  }

  /** Lay an image into 28 x 28 by its centre of mass; also say where. */
  function place(image) {
    const [row, column] = centreOfMass(image);
    const start = (middle, length) => Math.min(Math.max(roundEven(14 - middle), 0), FIELD - length);
    const [top, left] = [start(row, image.height), start(column, image.width)];
    const values = new Float64Array(FIELD * FIELD);
    for (let y = 0; y < image.height; y += 1) {
      for (let x = 0; x < image.width; x += 1) {
        values[(y + top) * FIELD + x + left] = image.values[y * image.width + x];
      }
    }
    return { height: FIELD, width: FIELD, values, top, left };
  }

  /** Return all steps from ink to the network's input: { cut, scaled, placed }; null where there is no ink. */
  function prepare(image) {
    const cut = cutOut(image);
    if (!cut) return null;
    const scaled = scale(cut);
    return { cut, scaled, placed: place(scaled) };
  }

  /** Return a drawing of `#` and dots as ink; throws an Error that says what is wrong with it. */
  function fromDots(drawing) {
    const lines = drawing.split(/\s+/).filter(Boolean);
    const lengths = [...new Set(lines.map((line) => line.length))];
    if (lengths.length !== 1) {
      const uneven = `All lines need the same length; yours have ${lengths.join(", ")}.`;
      throw new Error(lines.length ? uneven : "Nothing is written.");
    }
    const values = Float64Array.from(lines.join(""), (dot) => (dot === "#" ? 1 : 0));
    return { height: lines.length, width: lengths[0], values };
  }

  digit.prepare = { FIELD, centreOfMass, cutOut, resize, scale, place, prepare, fromDots, roundEven };
})();
