/* The network of lab 06 in plain JavaScript: arithmetic only, nothing is drawn here.
   Maps are flat arrays in Keras' order: row, column, map. */
"use strict";

(() => {
  const root = (window.cnnLabs = window.cnnLabs || {});
  const digit = (root.digit = root.digit || {});

  /** What each layer is; `from` names the layer that it reads. */
  const PLAN = [
    { name: "C1", kind: "conv", from: "input", size: 28, maps: 6, pad: 2 },
    { name: "S2", kind: "pool", from: "C1", size: 14, maps: 6 },
    { name: "C3", kind: "conv", from: "S2", size: 10, maps: 16, pad: 0 },
    { name: "S4", kind: "pool", from: "C3", size: 5, maps: 16 },
    { name: "C5", kind: "dense", from: "S4", size: 1, maps: 120, relu: true },
    { name: "F6", kind: "dense", from: "C5", size: 1, maps: 84, relu: true },
    { name: "output", kind: "dense", from: "F6", size: 1, maps: 10, relu: false },
  ];
  const KERNEL = 5;

  /** Return the bytes of a base64 text. */
  function bytesOf(text) {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  }

  /** Return the numbers that course/site/lenet.py packed: 24-bit whole numbers, lowest byte first, times a scale. */
  function unpack(packed) {
    const bytes = bytesOf(packed.data);
    const values = new Float64Array(bytes.length / 3);
    for (let i = 0; i < values.length; i += 1) {
      const whole = (bytes[3 * i] << 8) | (bytes[3 * i + 1] << 16) | (bytes[3 * i + 2] << 24);
      values[i] = (whole >> 8) * packed.scale; // the shifts carry the sign along
    }
    return values;
  }

  /** Return the weights that `digit-weights.js` holds: layer -> { kernel, bias }. */
  function weightsOf(stored) {
    const weights = {};
    for (const [name, parts] of Object.entries(stored.layers)) {
      weights[name] = { kernel: unpack(parts.kernel), bias: unpack(parts.bias) };
    }
    return weights;
  }

  /** Return a stored 28 x 28 test digit with values 0 to 1. */
  function pictureOf(example) {
    return Float64Array.from(bytesOf(example.pixels), (value) => value / 255);
  }

  /** Return the side and the number of the maps of a layer, or of the input. */
  function shapeOf(name) {
    return name === "input" ? { size: 28, maps: 1 } : PLAN.find((layer) => layer.name === name);
  }

  /**
   * Return what one neuron of a convolution reads from one of the maps below it, and its kernel's slice.
   * @returns {{window: number[], kernel: number[], products: number[], sum: number}} 25 values each, by rows; beyond
   *   the rim the window has 0.
   */
  function slice(layer, below, kernel, row, column, map, channel) {
    const source = shapeOf(layer.from);
    const result = { window: [], kernel: [], products: [], sum: 0 };
    for (let i = 0; i < KERNEL; i += 1) {
      for (let j = 0; j < KERNEL; j += 1) {
        const y = row + i - layer.pad;
        const x = column + j - layer.pad;
        const inside = y >= 0 && x >= 0 && y < source.size && x < source.size;
        const value = inside ? below[(y * source.size + x) * source.maps + channel] : 0;
        const weight = kernel[((i * KERNEL + j) * source.maps + channel) * layer.maps + map];
        result.window.push(value);
        result.kernel.push(weight);
        result.products.push(value * weight);
        result.sum += value * weight;
      }
    }
    return result;
  }

  /** Return the maps of a convolution with ReLU. */
  function conv(layer, below, { kernel, bias }) {
    const source = shapeOf(layer.from);
    const out = new Float64Array(layer.size * layer.size * layer.maps);
    for (let row = 0; row < layer.size; row += 1) {
      for (let column = 0; column < layer.size; column += 1) {
        const at = (row * layer.size + column) * layer.maps;
        for (let map = 0; map < layer.maps; map += 1) out[at + map] = bias[map];
        addWindow(layer, source, below, kernel, row, column, out, at);
        for (let map = 0; map < layer.maps; map += 1) out[at + map] = Math.max(0, out[at + map]);
      }
    }
    return out;
  }

  /** Add to all maps of one position what its window brings; values of 0, most of a digit, bring nothing. */
  function addWindow(layer, source, below, kernel, row, column, out, at) {
    for (let i = 0; i < KERNEL; i += 1) {
      const y = row + i - layer.pad;
      if (y < 0 || y >= source.size) continue;
      for (let j = 0; j < KERNEL; j += 1) {
        const x = column + j - layer.pad;
        if (x < 0 || x >= source.size) continue;
        for (let channel = 0; channel < source.maps; channel += 1) {
          const value = below[(y * source.size + x) * source.maps + channel];
          if (value === 0) continue;
          const first = ((i * KERNEL + j) * source.maps + channel) * layer.maps;
          for (let map = 0; map < layer.maps; map += 1) out[at + map] += value * kernel[first + map];
        }
      }
    }
  }

  /** Return the four values of a 2 x 2 window, by rows. */
  function poolWindow(layer, below, row, column, map) {
    const { size, maps } = shapeOf(layer.from);
    const at = (y, x) => below[(y * size + x) * maps + map];
    const [y, x] = [2 * row, 2 * column];
    return [at(y, x), at(y, x + 1), at(y + 1, x), at(y + 1, x + 1)];
  }

  /** Return the maps of a 2 x 2 max pooling. */
  function pool(layer, below) {
    const out = new Float64Array(layer.size * layer.size * layer.maps);
    for (let row = 0; row < layer.size; row += 1) {
      for (let column = 0; column < layer.size; column += 1) {
        for (let map = 0; map < layer.maps; map += 1) {
          out[(row * layer.size + column) * layer.maps + map] = Math.max(...poolWindow(layer, below, row, column, map));
        }
      }
    }
    return out;
  }

  /** Return the values of a dense layer, with ReLU where it has one. */
  function dense(layer, below, { kernel, bias }) {
    const out = Float64Array.from(bias);
    for (let i = 0; i < below.length; i += 1) {
      if (below[i] === 0) continue;
      for (let unit = 0; unit < layer.maps; unit += 1) out[unit] += below[i] * kernel[i * layer.maps + unit];
    }
    return layer.relu ? out.map((sum) => Math.max(0, sum)) : out;
  }

  /** Return what one unit of a dense layer reads: values, weights and products, and the sum of the products. */
  function denseUnit(layer, below, { kernel }, unit) {
    const weights = Array.from(below, (_, i) => kernel[i * layer.maps + unit]);
    const products = weights.map((weight, i) => weight * below[i]);
    return { values: Array.from(below), weights, products, sum: products.reduce((sum, product) => sum + product, 0) };
  }

  /** Return probabilities of logits, divided by a temperature first. */
  function softmax(logits, temperature = 1) {
    const largest = Math.max(...logits);
    const powers = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power) => power / total);
  }

  /**
   * Return every layer's values for a picture.
   * @param {object} weights as `weightsOf` gives them.
   * @param {ArrayLike<number>} picture 784 values from 0 to 1, by rows.
   * @returns {Object<string, Float64Array>} "input", "C1", "S2", "C3", "S4", "C5", "F6", "output" (logits).
   */
  function forward(weights, picture) {
    const values = { input: Float64Array.from(picture) };
    const run = { conv, pool, dense };
    for (const layer of PLAN) {
      values[layer.name] = run[layer.kind](layer, values[layer.from], weights[layer.name]);
    }
    return values;
  }

  digit.net = { PLAN, KERNEL, shapeOf, weightsOf, pictureOf, forward, softmax, slice, poolWindow, denseUnit };
})();
