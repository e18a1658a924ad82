"use strict";
/* The convolution explorer's pictures and kernels, and what it says in words: sums, sizes, what is never read. */
(() => {
  const { conv, play } = window.cnnLabs;
  const SIDE = 8;

  /** A picture of `SIDE` rows from a rule for each pixel. */
  function drawn(rule) {
    return Array.from({ length: SIDE }, (_, row) =>
      Array.from({ length: SIDE }, (__, column) => Number(rule(row, column))),
    );
  }

  const PICTURES = {
    edge: ["an upright edge", drawn((row, column) => column >= 4)],
    bar: ["a level bar", drawn((row) => row === 3 || row === 4)],
    diagonal: ["a diagonal", drawn((row, column) => row === column)],
    dot: ["a dot", drawn((row, column) => row === 3 && column === 3)],
    t: [
      "a T",
      drawn(
        (row, column) =>
          (row === 1 && column > 0 && column < 7) || (row > 0 && row < 7 && (column === 3 || column === 4)),
      ),
    ],
    checkerboard: ["a checkerboard", drawn((row, column) => (row + column) % 2 === 0)],
    gradient: ["a gradient", drawn((row, column) => (column + 1) / 10)],
    wall: ["a flat white wall", drawn(() => 1)],
  };

  const KERNELS = {
    "sobel-x": [
      "Sobel x",
      [
        [-1, 0, 1],
        [-2, 0, 2],
        [-1, 0, 1],
      ],
    ],
    "sobel-y": [
      "Sobel y",
      [
        [-1, -2, -1],
        [0, 0, 0],
        [1, 2, 1],
      ],
    ],
    blur: ["blur", [1, 2, 3].map(() => [1 / 9, 1 / 9, 1 / 9])],
    laplacian: [
      "Laplacian",
      [
        [0, 1, 0],
        [1, -4, 1],
        [0, 1, 0],
      ],
    ],
    sharpening: [
      "sharpening",
      [
        [0, -1, 0],
        [-1, 5, -1],
        [0, -1, 0],
      ],
    ],
  };

  /** Colour pictures: what of the grey picture each of red, green and blue is. */
  const COLOURS = {
    grey: ["1, grey", null],
    "red-green": ["3, red on green", [(v) => v, (v) => 1 - v, () => 0]],
    white: ["3, white on black", [(v) => v, (v) => v, (v) => v]],
    yellow: ["3, yellow on blue", [(v) => v, (v) => v, (v) => 1 - v]],
  };
  const CHANNELS = ["red", "green", "blue"];

  /** The channels that the kernel's slices lie over: one, or red, green and blue. */
  function channelsOf(picture, colours) {
    const rules = COLOURS[colours][1];
    return rules ? rules.map((rule) => picture.map((row) => row.map(rule))) : [picture];
  }

  /** The kernel's slices: the kernel itself, or three copies of it, each times its factor. */
  function slicesOf(weights, colours, factors) {
    return COLOURS[colours][1]
      ? factors.map((factor) => weights.map((row) => row.map((weight) => weight * factor)))
      : [weights];
  }

  /** Padding as [before, behind], along the height and along the width. */
  function padsOf({ weights, stride, padding, dilation }, size = SIDE) {
    return [weights.length, weights[0].length].map((kernel) =>
      padding === "same" ? conv.samePadding(size, kernel, stride, dilation) : [Number(padding), Number(padding)],
    );
  }

  /** A number as a factor: a negative one in brackets. */
  function factor(value) {
    return value < 0 ? `(${play.text(value)})` : play.text(value);
  }

  /** The sum of the products of one slice, a line for each row of the window. */
  function sumLines(window) {
    const lines = window.map((row, i) => {
      const sum = row.reduce((total, place) => total + place.product, 0);
      const products = row.map((place) => `${play.text(place.pixel)} × ${factor(place.weight)}`).join(" + ");
      return { text: `row ${i} of the window: ${products} = ${play.text(sum)}`, sum };
    });
    const total = conv.windowSum(window);
    const all =
      lines.length > 1
        ? [`together: ${lines.map((line) => factor(line.sum)).join(" + ")} = ${play.text(total)}`]
        : [];
    return [...lines.map((line) => line.text), ...all];
  }

  /** The whole sum of one output: slice by slice, and the slices together. */
  function arithmetic(windows) {
    if (windows.length === 1) return sumLines(windows[0]);
    const sums = windows.map(conv.windowSum);
    const slices = windows.flatMap((window, c) => sumLines(window).map((line) => `${CHANNELS[c]}, ${line}`));
    const total = sums.reduce((a, b) => a + b, 0);
    return [...slices, `all slices: ${sums.map(factor).join(" + ")} = ${play.text(total)}`];
  }

  /** The size formula along one axis, with the numbers put in, line by line. */
  function sizeLines(name, size, kernel, stride, pads, dilation) {
    const wide = conv.span(kernel, dilation);
    const long = size + pads[0] + pads[1];
    const lines = [
      `${name}: a window spans d(k − 1) + 1 = ${dilation} × (${kernel} − 1) + 1 = ${wide} pixels`,
      `with its padding the picture has ${size} + ${pads[0]} + ${pads[1]} = ${long}`,
    ];
    if (wide > long) return [...lines, `${wide} is more than ${long}: the window does not fit`];
    const steps = (long - wide) / stride;
    const left = (long - wide) % stride;
    const pixels = left === 1 ? "1 pixel" : `${left} pixels`;
    const dropped = `${play.text(steps - Math.floor(steps))} of a step, ${pixels} at the end`;
    const exact = `the floor drops ${left === 0 ? "nothing" : dropped}`;
    return [
      ...lines,
      `the last possible start is ${long} − ${wide} = ${long - wide}`,
      `⌊${long - wide}/${stride}⌋ + 1 = ⌊${play.text(steps, 2)}⌋ + 1 = ${Math.floor(steps) + 1} windows; ${exact}`,
    ];
  }

  /** What is never read, in words. */
  function unreadText(rows, columns) {
    const name = (word, places) => `${word}${places.length > 1 ? "s" : ""} ${play.list(places)}`;
    const parts = [...(rows.length ? [name("row", rows)] : []), ...(columns.length ? [name("column", columns)] : [])];
    const pixels = SIDE * SIDE - (SIDE - rows.length) * (SIDE - columns.length);
    if (pixels === 0) return "Every pixel of the picture is read by at least one window.";
    const words = `${parts.join(" and ")}, ${pixels} of ${SIDE * SIDE} pixels`;
    return `Never read: ${words}. They are crossed out in the picture.`;
  }

  window.cnnLabs.convParts = {
    SIDE,
    PICTURES,
    KERNELS,
    COLOURS,
    CHANNELS,
    channelsOf,
    slicesOf,
    padsOf,
    arithmetic,
    sizeLines,
    unreadText,
  };
})();
