"use strict";
/* The convolution explorer: its controls, and what happens when they are used. */
(() => {
  const { play, convParts: parts, convWidget: widget } = window.cnnLabs;
  const { el } = play;
  const NONE =
    "The window does not fit into the picture: there is no feature map. " +
    "Take a smaller kernel or dilation, or more padding.";
  const REFUSED = "(Keras refuses a stride and a dilation above 1 together; the arithmetic goes on all the same.)";
  const NARROW = "(width < 600px)";
  const FORMULA = "The size formula (this is what exercise 2 of lab 02 asks for)";
  const PADDINGS = [
    ["0", "0 (valid)"],
    ["1", "1"],
    ["2", "2"],
    ["same", "same"],
  ];

  /** A small table of fields, one for each number of `rows`. */
  function fields(rows, label, limits, change) {
    const inputs = rows.map((row, i) =>
      row.map((value, j) => {
        const input = play.numberInput(label(i, j), limits, (number) => change(i, j, number));
        input.value = Number(value.toFixed(3));
        return input;
      }),
    );
    return el("div", { class: "play-scroll" }, el("table", { class: "play-fields" }, play.body(inputs)));
  }

  /** The kernel with another number of rows or columns; what is new is 0. */
  function resized(weights, height, width) {
    return Array.from({ length: height }, (_, i) => Array.from({ length: width }, (__, j) => weights[i]?.[j] ?? 0));
  }

  /** The controls that choose; `change(patch)` takes new settings. */
  function selects(get, change) {
    const named = (table) => Object.entries(table).map(([key, [name]]) => [key, name]);
    const whole = (most) => Array.from({ length: most }, (_, i) => [i + 1, i + 1]);
    const own = ["own", "your own"];
    const resize = (height, width) => change({ kernel: "own", weights: resized(get().weights, height, width) });
    return {
      picture: play.select("Picture", [...named(parts.PICTURES), own], (pic) =>
        change(pic === "own" ? { pic } : { pic, picture: widget.copy(parts.PICTURES[pic][1]) }),
      ),
      kernel: play.select("Kernel", [...named(parts.KERNELS), own], (kernel) =>
        change(kernel === "own" ? { kernel } : { kernel, weights: widget.copy(parts.KERNELS[kernel][1]) }),
      ),
      stride: play.select("Stride", whole(3), (value) => change({ stride: Number(value) })),
      padding: play.select("Padding", PADDINGS, (value) => change({ padding: value })),
      dilation: play.select("Dilation", whole(3), (value) => change({ dilation: Number(value) })),
      colours: play.select("Channels", named(parts.COLOURS), (value) => change({ colours: value })),
      height: play.select("Kernel's height", whole(5), (value) => resize(Number(value), get().weights[0].length)),
      width: play.select("Kernel's width", whole(5), (value) => resize(get().weights.length, Number(value))),
    };
  }

  /** A box that opens. */
  function folded(title, ...children) {
    return el("details", {}, el("summary", {}, title), ...children);
  }

  /** The boxes in which single weights and pixels are typed, open when somebody chooses "your own". */
  function typed(all, areas) {
    const kernel = folded(
      "Kernel: weights, size",
      el("div", { class: "play-row" }, all.height.box, all.width.box),
      areas.weightArea,
      areas.factorArea,
    );
    const hint = el("p", {}, "0 is black, 1 is white.");
    return { kernel, picture: folded("Picture: pixels", hint, areas.pixelArea) };
  }

  /** All controls, and a function that shows the state in them. On a narrow screen most are in a box that opens. */
  function controls(root, get, change, restart) {
    const all = selects(get, change);
    const areas = { weightArea: el("div"), factorArea: el("div"), pixelArea: el("div", { class: "play-pixels" }) };
    const boxes = typed(all, areas);
    const often = el("div", { class: "play-row" }, all.picture.box, all.kernel.box, all.stride.box);
    const seldom = el("div", { class: "play-row" });
    const tools = el("div", { class: "play-row play-tools" });
    const buttons = el("div", { class: "play-buttons" }, play.button("Start again", restart), play.copyButton(root));
    const more = folded("More", seldom);
    const place = (narrow) => {
      (narrow ? seldom : often).append(all.padding.box, all.dilation.box, all.colours.box);
      (narrow ? more : tools).append(boxes.kernel, boxes.picture);
      tools.append(...(narrow ? [more] : []), buttons);
      if (!narrow) more.remove();
    };
    const narrow = matchMedia(NARROW);
    narrow.addEventListener("change", () => place(narrow.matches));
    place(narrow.matches);
    for (const name of ["kernel", "picture"]) {
      all[name].control.addEventListener("change", () => {
        if (all[name].control.value !== "own") return;
        more.open = true;
        boxes[name].open = true;
      });
    }
    const summary = more.firstChild;
    return {
      box: el("div", { class: "play-controls play-compact" }, often, tools),
      show: (state, typing) => {
        const channels = state.colours === "grey" ? 1 : 3;
        const values = `padding ${state.padding}, dilation ${state.dilation}, channels ${channels}`;
        summary.textContent = `More (${values})`;
        showControls(state, typing, all, areas, change);
      },
    };
  }

  /** Show the state in the controls. While somebody types into a field the fields stay, so that the cursor does. */
  function showControls(state, typing, all, areas, change) {
    const values = {
      picture: state.pic,
      kernel: state.kernel,
      stride: state.stride,
      padding: state.padding,
      dilation: state.dilation,
      colours: state.colours,
      height: state.weights.length,
      width: state.weights[0].length,
    };
    for (const [name, value] of Object.entries(values)) all[name].control.value = value;
    if (typing) return;
    const put = (rows, key, name) => (i, j, number) => {
      rows[i][j] = number;
      change({ [name]: "own", [key]: rows }, true);
    };
    const weight = (i, j) => `weight in row ${i}, column ${j}`;
    areas.weightArea.replaceChildren(
      fields(state.weights, weight, { min: -99, max: 99 }, put(state.weights, "weights", "kernel")),
    );
    const pixel = (i, j) => `pixel in row ${i}, column ${j}`;
    areas.pixelArea.replaceChildren(
      fields(state.picture, pixel, { min: 0, max: 1, step: 0.1 }, put(state.picture, "picture", "pic")),
    );
    if (state.colours === "grey") return areas.factorArea.replaceChildren();
    const times = (_, j) => `the ${parts.CHANNELS[j]} slice is the kernel times`;
    areas.factorArea.replaceChildren(
      el("p", {}, "The slices for red, green and blue are the kernel times:"),
      fields([state.factors], times, { min: -9, max: 9 }, (_, j, number) => {
        state.factors[j] = number;
        change({ factors: state.factors }, true);
      }),
    );
    return undefined;
  }

  /** The places on the page that the drawings fill. */
  function layout(root, box) {
    const areas = {
      input: el("div", { class: "play-stack" }),
      kernel: el("div", { class: "play-stack play-kernel" }),
      map: el("div"),
      neuron: el("div", {
        class: "play-scroll",
        tabindex: 0,
        role: "region",
        "aria-label": "One neuron: window times kernel",
      }),
      sum: el("ul", { class: "play-lines" }),
      size: el("ul", { class: "play-lines" }),
      unread: el("p", { class: "play-unread-text" }),
      status: el("p", { class: "play-status", "aria-live": "polite" }),
    };
    const title = (words, hidden) => el("h3", hidden ? { class: "visually-hidden" } : {}, words);
    root.append(
      box,
      title("Overview", true),
      el("div", { class: "play-overview" }, areas.input, areas.kernel, areas.map),
      areas.status,
      title("One neuron"),
      areas.neuron,
      areas.unread,
      title("The arithmetic"),
      el("h4", {}, "The sum"),
      areas.sum,
      el("h4", {}, "The size of the feature map"),
      folded(FORMULA, areas.size),
    );
    return areas;
  }

  /** One sentence on where the window lies and what comes out, or why nothing does. */
  function status(state, now) {
    if (!now.fits) return NONE;
    const outside = now.windows[0].flat().filter((place) => !place.inside).length;
    const zeros =
      outside > 0 ? `, ${outside} of its ${now.windows[0].flat().length} places on zeros of the padding` : "";
    const keras = state.stride > 1 && state.dilation > 1 ? ` ${REFUSED}` : "";
    const total = now.map.values[now.row][now.column];
    return (
      `Feature map of ${now.map.rows} by ${now.map.columns}. ` +
      `Output at row ${now.row}, column ${now.column}: ${play.text(total)}. ` +
      `Its window reads ${widget.places(now.windows[0])}${zeros}.${keras}`
    );
  }

  /** Build the explorer; the function that comes back restores a setting from the address. */
  function build(root) {
    let state = widget.fresh();
    let now = null;
    let map = null;
    const change = (patch, typing = false) => {
      Object.assign(state, patch);
      draw(typing);
    };
    const panel = controls(
      root,
      () => state,
      change,
      () => {
        state = widget.fresh();
        draw(false);
      },
    );
    const areas = layout(root, panel.box);

    /** Draw what depends on where the window lies. */
    function drawPlace() {
      widget.drawOverview(state, now, areas);
      if (now.fits) widget.drawNeuron(now, areas.neuron);
      else areas.neuron.replaceChildren(el("p", {}, "No window fits."));
      widget.drawArithmetic(state, now, areas);
      play.showStatus(areas.status, status(state, now));
      (map ? map.buttons.flat() : []).forEach((button) => {
        button.tabIndex = -1;
        button.classList.remove("play-chosen");
      });
      if (map) {
        const chosen = map.buttons[now.row][now.column];
        chosen.tabIndex = 0;
        chosen.classList.add("play-chosen");
      }
      play.writeHash(widget.toHash(state));
    }

    /** Move the window. */
    function choose(row, column, focus) {
      if (row !== state.row || column !== state.column) {
        Object.assign(state, { row, column });
        now = widget.compute(state);
        drawPlace();
      }
      if (focus) map.buttons[row][column].focus();
    }

    /** Draw everything. */
    function draw(typing) {
      now = widget.compute(state);
      Object.assign(state, { row: now.row, column: now.column });
      map = now.fits ? widget.mapTable(now, choose) : null;
      const caption = now.fits ? `feature map, ${now.map.rows} by ${now.map.columns}` : "feature map";
      areas.map.replaceChildren(
        el(
          "figure",
          { class: "play-figure" },
          el("figcaption", {}, caption),
          map ? map.table : el("p", { class: "play-none" }, "none: the window does not fit"),
        ),
      );
      panel.show(state, typing);
      drawPlace();
    }

    return (hash) => {
      state = widget.fromHash(hash);
      draw(false);
    };
  }

  play.start("convolution", build);
})();
