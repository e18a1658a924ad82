/* EfficientNet-Lite0 and lab 07's probe in plain JavaScript: arithmetic only, nothing is drawn here.
   Maps are flat arrays in Keras' order: row, column, map. */
"use strict";

(() => {
  const root = (window.cnnLabs = window.cnnLabs || {});
  const photo = (root.photo = root.photo || {});

  /** Return the network's functions. It uses nothing from outside, so that a worker can be made of its source. */
  function makeNet() {
    /** Return the bytes of a base64 text. */
    function bytesOf(text) {
      const letters = atob(text);
      const bytes = new Uint8Array(letters.length);
      for (let i = 0; i < bytes.length; i += 1) bytes[i] = letters.charCodeAt(i);
      return bytes;
    }

    /** Return the float32 numbers of a base64 text. */
    function floatsOf(text) {
      return new Float32Array(bytesOf(text).buffer);
    }

    /** Return a layer's kernel as numbers again: each output channel's whole numbers times its scale. */
    function kernelOf(layer, whole, scales) {
      const kernel = new Float32Array(whole.length);
      const each = whole.length / layer.outputs;
      for (let i = 0; i < kernel.length; i += 1) {
        const channel = layer.kind === "depthwise" ? i % layer.outputs : Math.floor(i / each);
        kernel[i] = whole[i] * scales[channel];
      }
      return kernel;
    }

    /** Return the network that course/site/photo.py packed: layers with kernel and bias, the head, the classes. */
    function unpack(stored) {
      const whole = new Int8Array(bytesOf(stored.kernels).buffer);
      const scales = floatsOf(stored.scales);
      const biases = floatsOf(stored.biases);
      let [at, channel] = [0, 0];
      const layers = stored.layers.map((layer) => {
        const count = layer.kernel * layer.kernel * (layer.kind === "depthwise" ? 1 : layer.inputs) * layer.outputs;
        const channels = [channel, channel + layer.outputs];
        const weights = kernelOf(layer, whole.subarray(at, at + count), scales.subarray(...channels));
        const bias = biases.subarray(...channels);
        [at, channel] = [at + count, channels[1]];
        return { ...layer, weights, bias };
      });
      if (at !== whole.length || channel !== biases.length) throw new Error("The network's file is not whole.");
      const head = { kernel: floatsOf(stored.head.kernel), bias: floatsOf(stored.head.bias) };
      return { layers, head, size: stored.size, shown: stored.shown };
    }

    /** Return how a window moves over maps, padded as Keras pads: what is odd goes to the right and below. */
    function frame(layer, side) {
      const out = Math.ceil(side / layer.stride);
      const pad = Math.max((out - 1) * layer.stride + layer.kernel - side, 0);
      return { out, before: Math.floor(pad / 2) };
    }

    /** Multiply rows of values with rows of weights, two rows and four outputs at a time, and add the bias. */
    function product(values, rows, inputs, { weights, bias, outputs }) {
      const out = new Float32Array(rows * outputs);
      for (let row = 0; row < rows; row += 2) {
        const other = Math.min(row + 1, rows - 1);
        for (let output = 0; output < outputs; output += 4) {
          let [p, q] = [row * inputs, other * inputs];
          let a = output * inputs;
          let [b, c, d] = [a + inputs, a + 2 * inputs, a + 3 * inputs];
          let p0 = bias[output], p1 = bias[output + 1], p2 = bias[output + 2], p3 = bias[output + 3];
          let q0 = p0, q1 = p1, q2 = p2, q3 = p3;
          for (const end = a + inputs; a < end; a += 1) {
            const x = values[p], y = values[q];
            const wa = weights[a], wb = weights[b], wc = weights[c], wd = weights[d];
            p0 += x * wa; p1 += x * wb; p2 += x * wc; p3 += x * wd;
            q0 += y * wa; q1 += y * wb; q2 += y * wc; q3 += y * wd;
            p += 1; q += 1; b += 1; c += 1; d += 1;
          }
          const to = row * outputs + output, below = other * outputs + output;
          out[to] = p0; out[to + 1] = p1; out[to + 2] = p2; out[to + 3] = p3;
          out[below] = q0; out[below + 1] = q1; out[below + 2] = q2; out[below + 3] = q3;
        }
      }
      return out;
    }

    /** Return every window of maps as a row of values, 0 beyond the rim. */
    function windows(layer, { side, maps, values }) {
      const { out, before } = frame(layer, side);
      const { kernel, stride } = layer;
      const width = kernel * kernel * maps;
      const rows = new Float32Array(out * out * width);
      for (let place = 0; place < out * out; place += 1) {
        const top = Math.floor(place / out) * stride - before;
        const left = (place % out) * stride - before;
        for (let i = 0; i < kernel; i += 1) {
          for (let j = 0; j < kernel; j += 1) {
            if (top + i < 0 || left + j < 0 || top + i >= side || left + j >= side) continue;
            const from = ((top + i) * side + left + j) * maps;
            rows.set(values.subarray(from, from + maps), place * width + (i * kernel + j) * maps);
          }
        }
      }
      return { out, rows, width };
    }

    /** Return the maps of a convolution that sees all maps below it. */
    function full(layer, below) {
      const { out, rows, width } = windows(layer, below);
      return { side: out, maps: layer.outputs, values: product(rows, out * out, width, layer) };
    }

    /** Return the maps of a 1 x 1 convolution. */
    function pointwise(layer, { side, maps, values }) {
      return { side, maps: layer.outputs, values: product(values, side * side, maps, layer) };
    }

    /** Return the maps of a depthwise convolution: each map is filtered by itself. */
    function depthwise(layer, { side, maps, values }) {
      const { out, before } = frame(layer, side);
      const { kernel, stride, weights } = layer;
      const result = new Float32Array(out * out * maps);
      const sums = new Float64Array(maps);
      for (let place = 0; place < out * out; place += 1) {
        const top = Math.floor(place / out) * stride - before;
        const left = (place % out) * stride - before;
        sums.set(layer.bias);
        for (let i = Math.max(0, -top); i < Math.min(kernel, side - top); i += 1) {
          for (let j = Math.max(0, -left); j < Math.min(kernel, side - left); j += 1) {
            const from = ((top + i) * side + left + j) * maps;
            const weight = (i * kernel + j) * maps;
            for (let map = 0; map < maps; map += 1) sums[map] += values[from + map] * weights[weight + map];
          }
        }
        result.set(sums, place * maps);
      }
      return { side: out, maps, values: result };
    }

    /** Cut values off below 0 and above 6, in place. */
    function relu6(values) {
      for (let i = 0; i < values.length; i += 1) values[i] = Math.min(Math.max(values[i], 0), 6);
    }

    /** Add the values of a block's input to its output, in place. */
    function shortcut(values, before) {
      for (let i = 0; i < values.length; i += 1) values[i] += before[i];
    }

    /** Return the mean of each map. */
    function means({ side, maps, values }) {
      const sums = new Float64Array(maps);
      for (let i = 0; i < values.length; i += 1) sums[i % maps] += values[i];
      return Float32Array.from(sums, (sum) => sum / (side * side));
    }

    /** Return probabilities of logits. */
    function softmax(logits) {
      const largest = Math.max(...logits);
      const powers = logits.map((logit) => Math.exp(logit - largest));
      const total = powers.reduce((sum, power) => sum + power, 0);
      return powers.map((power) => power / total);
    }

    /** Return the probabilities of the classes. */
    function answer({ kernel, bias }, features) {
      const logits = Array.from(bias, (start, output) => features.reduce(
        (sum, feature, i) => sum + feature * kernel[output * features.length + i], start));
      return softmax(logits);
    }

    /** Return what the network gets of pixels: (value - 127) / 128. */
    function prepare(pixels) {
      return Float32Array.from(pixels, (value) => (value - 127) / 128);
    }

    /**
     * Run the network a layer at a time.
     * @param {object} net as `unpack` gives it.
     * @param {Uint8Array} pixels red, green, blue of size x size pixels, by rows.
     * @yields {{index: number, name: string, stage: string, side: number, maps: number}} a layer that is done.
     * @returns {{features: Float32Array, probabilities: number[], maps: object[]}}
     */
    function* steps(net, pixels) {
      const run = { full, pointwise, depthwise };
      const shown = [];
      let now = { side: net.size, maps: 3, values: prepare(pixels) };
      let before = now;
      for (const [index, layer] of net.layers.entries()) {
        if (layer.first) before = now;
        now = run[layer.kind](layer, now);
        if (layer.active) relu6(now.values);
        if (layer.add) shortcut(now.values, before.values);
        if (net.shown.includes(layer.name)) shown.push({ name: layer.name, stage: layer.stage, ...now });
        yield { index, name: layer.name, stage: layer.stage, side: now.side, maps: now.maps };
      }
      const features = means(now);
      return { features, probabilities: answer(net.head, features), maps: shown };
    }

    /** Run the network at once. */
    function forward(net, pixels) {
      const way = steps(net, pixels);
      let step = way.next();
      while (!step.done) step = way.next();
      return step.value;
    }

    return { unpack, steps, forward };
  }

  photo.makeNet = makeNet;
  photo.net = makeNet();
})();
