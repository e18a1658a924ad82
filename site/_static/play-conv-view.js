"use strict";
/* The convolution explorer's settings, in the address and out of it, and its drawings at three levels. */
(() => {
  const { conv, play, convParts: parts } = window.cnnLabs;
  const { el, svg, CELL } = play;
  const SIDE = parts.SIDE;
  const START = {
    pic: "edge",
    kernel: "sobel-x",
    colours: "grey",
    stride: 1,
    padding: "0",
    dilation: 1,
    row: 2,
    column: 2,
  };
  const DIGITS = "0123456789a";
  const PADDINGS = ["0", "1", "2", "same"];

  /** The settings at the start: fresh copies, so that editing leaves the originals alone. */
  function fresh() {
    return {
      ...START,
      picture: copy(parts.PICTURES.edge[1]),
      weights: copy(parts.KERNELS["sobel-x"][1]),
      factors: [1, -1, 0],
    };
  }

  /** A copy of a list of rows. */
  function copy(rows) {
    return rows.map((row) => [...row]);
  }

  /** Pixels from the address, a digit each, or null. */
  function readCells(text) {
    if (!new RegExp(`^[0-9a]{${SIDE * SIDE}}$`).test(text)) return null;
    const values = [...text].map((digit) => DIGITS.indexOf(digit) / 10);
    return Array.from({ length: SIDE }, (_, i) => values.slice(i * SIDE, (i + 1) * SIDE));
  }

  /** Numbers from the address, none of them larger than `most` in size, or null. */
  function readNumbers(text, most) {
    const numbers = text.split(",").map((word) => (word === "" ? NaN : Number(word)));
    return numbers.every((number) => Math.abs(number) <= most) ? numbers : null;
  }

  /** A kernel from the address, at most 5 by 5, or null. */
  function readWeights(text) {
    const rows = text.split("_").map((row) => readNumbers(row, 99));
    const good = (row) => row !== null && row.length <= 5 && row.length === rows[0].length;
    return rows.length <= 5 && rows[0] !== null && rows.every(good) ? rows : null;
  }

  /** Settings from the address; whatever is missing or makes no sense is as at the start. */
  function fromHash(hash) {
    const { take, done } = play.reader(hash);
    const state = fresh();
    state.pic = take("pic", START.pic, play.oneOf(parts.PICTURES));
    state.picture = copy(parts.PICTURES[state.pic][1]);
    state.kernel = take("kernel", START.kernel, play.oneOf(parts.KERNELS));
    state.weights = copy(parts.KERNELS[state.kernel][1]);
    const cells = take("cells", null, readCells);
    if (cells) Object.assign(state, { pic: "own", picture: cells });
    const weights = take("weights", null, readWeights);
    if (weights) Object.assign(state, { kernel: "own", weights });
    const factors = (text) => (text.split(",").length === 3 ? readNumbers(text, 9) : null);
    state.factors = take("slices", state.factors, factors);
    state.colours = take("colours", START.colours, play.oneOf(parts.COLOURS));
    state.padding = take("padding", START.padding, (text) => (PADDINGS.includes(text) ? text : null));
    for (const name of ["stride", "dilation"]) state[name] = take(name, 1, (text) => play.whole(text, 1, 3));
    const place = (text) => {
      const numbers = text.split(",").map((word) => play.whole(word, 0, 99));
      return numbers.length === 2 && !numbers.includes(null) ? numbers : null;
    };
    [state.row, state.column] = take("at", [START.row, START.column], place);
    done();
    return state;
  }

  /** Settings for the address. */
  function toHash(state) {
    const own = state.pic === "own";
    const digits = () =>
      state.picture
        .flat()
        .map((value) => DIGITS[Math.round(value * 10)])
        .join("");
    const weights = () =>
      state.weights.map((row) => row.map((weight) => Number(weight.toFixed(3))).join(",")).join("_");
    return {
      ...(own ? { cells: digits() } : { pic: state.pic }),
      ...(state.kernel === "own" ? { weights: weights() } : { kernel: state.kernel }),
      stride: state.stride,
      padding: state.padding,
      dilation: state.dilation,
      ...(state.colours === "grey" ? {} : { colours: state.colours, slices: state.factors.join(",") }),
      at: `${state.row},${state.column}`,
    };
  }

  /** Everything that follows from the settings by arithmetic. */
  function compute(state) {
    const channels = parts.channelsOf(state.picture, state.colours);
    const slices = parts.slicesOf(state.weights, state.colours, state.factors);
    const [[top, bottom], [left, right]] = parts.padsOf(state);
    const settings = { stride: state.stride, dilation: state.dilation, top, bottom, left, right };
    const map = conv.conv2d(channels, slices, settings);
    const fits = map.values.length > 0;
    const row = Math.min(state.row, Math.max(0, map.rows - 1));
    const column = Math.min(state.column, Math.max(0, map.columns - 1));
    const windows = fits
      ? channels.map((channel, c) => conv.windowAt(channel, slices[c], row, column, settings))
      : [];
    const unread = (kernel, pads) => conv.unread(SIDE, kernel, state.stride, pads, state.dilation);
    return {
      channels,
      slices,
      settings,
      map,
      fits,
      row,
      column,
      windows,
      rows: unread(state.weights.length, [top, bottom]),
      columns: unread(state.weights[0].length, [left, right]),
    };
  }

  /** One channel with its padding, the pixels that the window reads framed, what no window reads crossed out. */
  function inputGrid(channel, window, now, name) {
    const { top, bottom, left, right } = now.settings;
    const cells = Array.from({ length: SIDE + top + bottom }, (_, i) =>
      Array.from({ length: SIDE + left + right }, (__, j) => {
        const [row, column] = [i - top, j - left];
        const value = channel[row]?.[column];
        if (value === undefined) return { value: 0, grey: 0, kind: "padding" };
        const lost = now.fits && (now.rows.includes(row) || now.columns.includes(column));
        return { value, grey: value, kind: lost ? "unread" : "" };
      }),
    );
    const frames = (window ?? []).flat().flatMap((place) =>
      ["play-halo", "play-read"].map((kind) =>
        svg("rect", {
          class: kind,
          x: (place.column + left) * CELL + 2,
          y: (place.row + top) * CELL + 2,
          width: CELL - 4,
          height: CELL - 4,
        }),
      ),
    );
    const reads = (window ?? []).map((row) => row.map((place) => play.text(place.pixel)).join(" ")).join(" / ");
    const padding =
      top + bottom + left + right > 0
        ? ` Zeros around it: ${top} above, ${bottom} below, ${left} left, ${right} right.`
        : "";
    const where = window ? ` The window reads ${places(window)}, holding ${reads}.` : " No window fits.";
    return play.grid(cells, `${name}, ${SIDE} by ${SIDE} pixels.${padding}${where}`, frames);
  }

  /** Which rows and columns a window reads, in words. */
  function places(window) {
    const rows = window.map((row) => row[0].row);
    const columns = window[0].map((place) => place.column);
    return (
      `row${rows.length > 1 ? "s" : ""} ${play.list(rows.map((n) => play.text(n)))}, ` +
      `column${columns.length > 1 ? "s" : ""} ${play.list(columns.map((n) => play.text(n)))}`
    );
  }

  /** A drawing of numbers of any sign, 0 being mid-grey. */
  function numberGrid(rows, name) {
    const most = Math.max(1e-9, ...rows.flat().map(Math.abs));
    const cells = rows.map((row) => row.map((value) => ({ value, grey: 0.5 + value / most / 2 })));
    return play.grid(
      cells,
      `${name}: ${rows.map((row) => row.map((value) => play.text(value)).join(" ")).join(" / ")}`,
    );
  }

  /** Where an arrow key, Home or End leads from a place of the map; null for other keys. */
  function placeAfter(key, row, column, { rows, columns }) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
    if (step) {
      const within = (place, size) => Math.min(size - 1, Math.max(0, place));
      return [within(row + step[0], rows), within(column + step[1], columns)];
    }
    return { Home: [row, 0], End: [row, columns - 1] }[key] ?? null;
  }

  /** One place of the feature map, which takes the window there. */
  function mapButton(value, row, column, grey, choose) {
    const { fill, ink } = play.shade(grey);
    const attributes = {
      tabindex: -1,
      style: `background:${fill};color:${ink}`,
      class: play.width(value),
      "aria-label": `row ${row}, column ${column}: ${play.text(value)}`,
    };
    const button = play.button(play.short(value), () => choose(row, column, true), attributes);
    button.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse") choose(row, column, false);
    });
    return button;
  }

  /** The feature map as a table of buttons, one of which can be reached with Tab; arrow keys go on to the others. */
  function mapTable(now, choose) {
    const tone = play.scale(now.map.values);
    const buttons = now.map.values.map((row, i) =>
      row.map((value, j) => mapButton(value, i, j, tone(value), choose)),
    );
    const name = "Feature map: arrow keys move the window";
    const style = `--play-columns:${now.map.columns}`;
    const table = el("table", { class: "play-map", style, role: "grid", "aria-label": name }, play.body(buttons));
    table.addEventListener("keydown", (event) => {
      const row = buttons.findIndex((line) => line.includes(event.target));
      const place = row < 0 ? null : placeAfter(event.key, row, buttons[row].indexOf(event.target), now.map);
      if (!place) return;
      event.preventDefault();
      choose(...place, true);
    });
    return { table, buttons };
  }

  /** A drawing with its caption. */
  function figure(drawing, caption) {
    return el("figure", { class: "play-figure" }, el("figcaption", {}, caption), drawing);
  }

  /** Level 1, without the map: the channels, and the kernel's slices. */
  function drawOverview(state, now, areas) {
    const several = now.channels.length > 1;
    const name = (c) => (several ? `${parts.CHANNELS[c]} channel` : "picture");
    areas.input.classList.toggle("play-three", several);
    areas.input.replaceChildren(
      ...now.channels.map((channel, c) => figure(inputGrid(channel, now.windows[c], now, `The ${name(c)}`), name(c))),
    );
    const holes = state.dilation > 1 ? `, dilation ${state.dilation}` : "";
    areas.kernel.replaceChildren(
      ...now.slices.map((slice, c) => {
        const title = several ? `${parts.CHANNELS[c]} slice` : `kernel${holes}`;
        return figure(numberGrid(slice, title), title);
      }),
    );
  }

  /** The pixels under the kernel, zeros of the padding marked. */
  function windowGrid(window, name) {
    const cell = ({ pixel, inside }) => ({ value: pixel, grey: pixel, kind: inside ? "" : "padding" });
    const words = window.map((row) => row.map(({ pixel }) => play.text(pixel)).join(" ")).join(" / ");
    return play.grid(
      window.map((row) => row.map(cell)),
      `${name}: ${words}`,
    );
  }

  /** Level 2: window times kernel, products, sum. */
  function drawNeuron(now, area) {
    const sign = (text) => el("span", { class: "play-sign", "aria-hidden": "true" }, text);
    const pick = (window, key) => window.map((row) => row.map((place) => place[key]));
    const total = now.windows.reduce((sum, window) => sum + conv.windowSum(window), 0);
    const rows = now.windows.map((window, c) => {
      const name = now.windows.length > 1 ? `${parts.CHANNELS[c]} ` : "";
      const sum = conv.windowSum(window);
      return el(
        "div",
        { class: "play-chain" },
        figure(windowGrid(window, `The ${name}window`), `${name}window`),
        sign("×"),
        figure(
          numberGrid(pick(window, "weight"), `The ${name}kernel`),
          now.windows.length > 1 ? `${name}slice` : "kernel",
        ),
        sign("="),
        figure(numberGrid(pick(window, "product"), `The ${name}products`), "products"),
        sign("→"),
        el("p", { class: "play-sum" }, `sum ${play.text(sum)}`),
      );
    });
    const all =
      now.windows.length > 1
        ? [el("p", { class: "play-sum" }, `all three slices together: ${play.text(total)}`)]
        : [];
    area.replaceChildren(...rows, ...all);
  }

  /** Level 3: the sum and the size, written out. */
  function drawArithmetic(state, now, areas) {
    const items = (lines) => lines.map((line) => el("li", {}, line));
    areas.sum.replaceChildren(
      ...items(now.fits ? parts.arithmetic(now.windows) : ["No window fits, so there is nothing to add up."]),
    );
    const { top, bottom, left, right } = now.settings;
    const [height, width] = [state.weights.length, state.weights[0].length];
    const along = (name, kernel, pads) => parts.sizeLines(name, SIDE, kernel, state.stride, pads, state.dilation);
    const lines =
      height === width
        ? along("height and width", height, [top, bottom])
        : [...along("height", height, [top, bottom]), ...along("width", width, [left, right])];
    areas.size.replaceChildren(...items(lines));
    areas.unread.textContent = now.fits ? parts.unreadText(now.rows, now.columns) : "";
  }

  window.cnnLabs.convWidget = {
    fresh,
    fromHash,
    toHash,
    compute,
    mapTable,
    drawOverview,
    drawNeuron,
    drawArithmetic,
    places,
    copy,
  };
})();
