"use strict";
/*
 * The arithmetic of the three widgets, without any drawing: window.cnnLabs.conv, .pool and .field.
 * Conventions are the labs': the kernel is laid down as it is (cross-correlation), rows and columns count from 0.
 */
(() => {
  const labs = (window.cnnLabs = window.cnnLabs || {});

  /** Pixels that a kernel of `kernel` places spans, holes included. */
  function span(kernel, dilation = 1) {
    return dilation * (kernel - 1) + 1;
  }

  /** Number of windows on a strip of `size` pixels with `padding` pixels in all; 0 where none fits. */
  function outputSize(size, kernel, stride = 1, padding = 0, dilation = 1) {
    const lastStart = size + padding - span(kernel, dilation);
    return lastStart < 0 ? 0 : Math.floor(lastStart / stride) + 1;
  }

  /** Zeros before and behind a strip that Keras' "same" adds: the odd one stands behind. */
  function samePadding(size, kernel, stride = 1, dilation = 1) {
    const windows = Math.ceil(size / stride);
    const total = Math.max((windows - 1) * stride + span(kernel, dilation) - size, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }

  /** Real pixels of a strip that no window reads; `pads` is [before, behind]. */
  function unread(size, kernel, stride, pads, dilation) {
    const windows = outputSize(size, kernel, stride, pads[0] + pads[1], dilation);
    const read = new Set();
    for (let window = 0; window < windows; window += 1) {
      for (let place = 0; place < kernel; place += 1) read.add(window * stride - pads[0] + place * dilation);
    }
    return Array.from({ length: size }, (_, pixel) => pixel).filter((pixel) => !read.has(pixel));
  }

  /**
   * One window: what each weight of one slice reads, with its place in the picture.
   *
   * Returns rows of {row, column, inside, pixel, weight, product}. Outside the picture the pixel is a zero of the
   * padding.
   */
  function windowAt(channel, slice, row, column, { stride = 1, dilation = 1, top = 0, left = 0 } = {}) {
    return slice.map((weights, i) =>
      weights.map((weight, j) => {
        const at = { row: row * stride - top + i * dilation, column: column * stride - left + j * dilation };
        const inside = at.row >= 0 && at.row < channel.length && at.column >= 0 && at.column < channel[0].length;
        const pixel = inside ? channel[at.row][at.column] : 0;
        return { ...at, inside, pixel, weight, product: pixel * weight };
      }),
    );
  }

  /** Sum of the products of one window of one slice. */
  function windowSum(window) {
    return window.flat().reduce((sum, place) => sum + place.product, 0);
  }

  /**
   * The feature map of one kernel: a slice for each channel, the slices' sums added.
   *
   * `channels` and `slices` are lists of arrays of rows. The padding (top, bottom, left, right) is of zeros.
   * Where no window fits, rows or columns is 0 and there are no values.
   */
  function conv2d(channels, slices, { stride = 1, dilation = 1, top = 0, bottom = 0, left = 0, right = 0 } = {}) {
    const [height, width] = [channels[0].length, channels[0][0].length];
    const rows = outputSize(height, slices[0].length, stride, top + bottom, dilation);
    const columns = outputSize(width, slices[0][0].length, stride, left + right, dilation);
    const settings = { stride, dilation, top, left };
    const at = (row, column) =>
      channels.reduce((sum, channel, c) => sum + windowSum(windowAt(channel, slices[c], row, column, settings)), 0);
    const values =
      columns === 0
        ? []
        : Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (__, column) => at(row, column)));
    return { rows, columns, values };
  }

  labs.conv = { span, outputSize, samePadding, unread, windowAt, windowSum, conv2d };

  /** Apply `reduce` to each whole window of a strip. */
  function pooled(values, window, stride, reduce) {
    const length = outputSize(values.length, window, stride);
    return Array.from({ length }, (_, i) => reduce(values.slice(i * stride, i * stride + window)));
  }

  /** The largest value of each window. */
  function max(values, window, stride = window) {
    return pooled(values, window, stride, (part) => Math.max(...part));
  }

  /** The mean of each window. */
  function average(values, window, stride = window) {
    return pooled(values, window, stride, (part) => part.reduce((a, b) => a + b, 0) / part.length);
  }

  /** Every `stride`-th value, from the first one on. */
  function every(values, stride) {
    return values.filter((_, i) => i % stride === 0);
  }

  /** The blur 1, 2, 1 over 4. `values` has a neighbour more on each side, so the result is two shorter. */
  function blur(values) {
    return values.slice(1, -1).map((value, i) => (values[i] + 2 * value + values[i + 2]) / 4);
  }

  /**
   * Compare an output with the one before the shift.
   *
   * Returns how many values `changed`, and `moved`: by how many whole places the output has moved, 0 if it stayed, null
   * if it is another one. A shift that is no multiple of the stride may move it by the whole number below or above.
   */
  function compare(before, after, shift, stride) {
    const differs = (a, b) => Math.abs(a - b) > 1e-9;
    const movedBy = (places) =>
      places < after.length && after.every((value, i) => i < places || !differs(value, before[i - places]));
    const changed = after.filter((value, i) => differs(value, before[i])).length;
    const places = [0, Math.floor(shift / stride), Math.ceil(shift / stride)];
    return { changed, moved: places.find(movedBy) ?? null };
  }

  labs.pool = { max, average, every, blur, compare };

  /**
   * Walk through layers {kernel, stride, dilation} and keep the field and the jump after each.
   *
   * Returns one object a layer: fieldBefore, jumpBefore, field, jump.
   */
  function walk(layers) {
    let [field, jump] = [1, 1];
    return layers.map(({ kernel, stride, dilation }) => {
      const before = { fieldBefore: field, jumpBefore: jump };
      field += dilation * (kernel - 1) * jump;
      jump *= stride;
      return { ...before, field, jump };
    });
  }

  /** Sizes of the maps behind the layers, for an input of `size`; 0 from where a window does not fit. */
  function sizes(layers, size, padding) {
    let left = size;
    return layers.map(({ kernel, stride, dilation }) => {
      if (left > 0)
        left = padding === "same" ? Math.ceil(left / stride) : outputSize(left, kernel, stride, 0, dilation);
      return left;
    });
  }

  /**
   * Places that output 0 of the last layer depends on, for each map from the input (first) to the output (last).
   *
   * The places of each map are counted in that map's own steps from the first one.
   */
  function reads(layers) {
    const maps = [[0]];
    for (const { kernel, stride, dilation } of [...layers].reverse()) {
      const below = new Set();
      for (const place of maps[0]) {
        for (let i = 0; i < kernel; i += 1) below.add(place * stride + i * dilation);
      }
      maps.unshift([...below].sort((a, b) => a - b));
    }
    return maps;
  }

  labs.field = { walk, sizes, reads };
})();
