"use strict";
/* The receptive field: a stack of layers, what one output reads, and the numbers layer by layer. */
(() => {
  const { field, play } = window.cnnLabs;
  const { el, svg } = play;
  const MOST = 8;
  const LIMITS = { kernel: 11, stride: 4, dilation: 16 };
  const DRAWN = 64;
  const ROW = 44;
  const LABELS = 64;
  const FORMULA = "The rule, layer by layer (this is what exercise 5 of lab 02 asks for)";

  const layer = (kernel, stride = 1, dilation = 1) => ({ kernel, stride, dilation });
  const PRESETS = {
    three: ["three layers of 3 × 3", [layer(3), layer(3), layer(3)], 32, "valid"],
    seven: ["one layer of 7 × 7", [layer(7)], 32, "valid"],
    vgg: [
      "the beginning of VGG (two blocks)",
      [layer(3), layer(3), layer(2, 2), layer(3), layer(3), layer(2, 2)],
      224,
      "same",
    ],
    lenet: ["LeNet-5", [layer(5), layer(2, 2), layer(5), layer(2, 2), layer(5)], 32, "valid"],
    dilated: [
      "four layers, dilations 1, 2, 4, 8",
      [layer(3), layer(3, 1, 2), layer(3, 1, 4), layer(3, 1, 8)],
      32,
      "valid",
    ],
    strided: ["four layers of stride 2", [layer(3, 2), layer(3, 2), layer(3, 2), layer(3, 2)], 32, "valid"],
  };

  /** The settings of a preset, as copies. */
  function preset(name) {
    const [, layers, size, padding] = PRESETS[name];
    return { layers: layers.map((one) => ({ ...one })), size, padding, shown: layers.length };
  }

  /** Layers from the address, kernel.stride.dilation each, or null. */
  function readLayers(text) {
    const layers = text.split("_").map((word) => {
      const given = word.split(".");
      return Object.fromEntries(
        Object.entries(LIMITS).map(([name, most], i) => [name, play.whole(given[i], 1, most)]),
      );
    });
    const whole = layers.every((one) => !Object.values(one).includes(null));
    return layers.length <= MOST && whole ? layers : null;
  }

  /** Settings from the address. */
  function fromHash(hash) {
    const { take, done } = play.reader(hash);
    const state = preset(take("preset", "three", play.oneOf(PRESETS)));
    state.layers = take("layers", state.layers, readLayers);
    state.size = take("size", state.size, (text) => play.whole(text, 1, 999));
    state.padding = take("padding", state.padding, (text) => (["valid", "same"].includes(text) ? text : null));
    state.shown = take("layer", state.layers.length, (text) => play.whole(text, 1, state.layers.length));
    done();
    return state;
  }

  /** Settings for the address. */
  function toHash({ layers, size, padding, shown }) {
    return {
      layers: layers.map((one) => `${one.kernel}.${one.stride}.${one.dilation}`).join("_"),
      size,
      padding,
      layer: shown,
    };
  }

  /** Where the places of each map lie, in input pixels from the field's left end; only the ends if they are many. */
  function pyramid(layers) {
    const steps = [{ field: 1, jump: 1 }, ...field.walk(layers)];
    const side = steps.at(-1).field;
    const extents = steps.map((_, l) => field.walk(layers.slice(l)).at(-1)?.field ?? 1);
    const centre = (l, place) => place * steps[l].jump + (steps[l].field - 1) / 2;
    const maps = side <= DRAWN ? field.reads(layers) : null;
    return {
      side,
      maps,
      ends: steps.map((_, l) => [centre(l, 0), centre(l, extents[l] - 1)]),
      centres: maps ? maps.map((places, l) => places.map((place) => centre(l, place))) : null,
    };
  }

  /** What one output of the last layer reads, in words. */
  function described(layers, tree) {
    const pixels = tree.maps ? tree.maps[0].length : null;
    const holes = pixels !== null && pixels < tree.side ? ` It reads ${pixels} of them; the others are holes.` : "";
    return (
      `One output of layer ${layers.length} can depend on ` +
      `${tree.side} input ${tree.side === 1 ? "pixel" : "pixels"} along a row, ` +
      `${tree.side} × ${tree.side} in the plane.${holes}`
    );
  }

  /** Lines from each place of a map to the places that it reads in the map below. */
  function links(layers, tree, x, y) {
    return layers.flatMap(({ kernel, stride, dilation }, l) =>
      tree.maps[l + 1].flatMap((place, i) =>
        Array.from({ length: kernel }, (_, k) => {
          const below = tree.maps[l].indexOf(place * stride + k * dilation);
          return svg("line", {
            class: "play-link",
            x1: x(tree.centres[l + 1][i]),
            y1: y(l + 1),
            x2: x(tree.centres[l][below]),
            y2: y(l),
          });
        }),
      ),
    );
  }

  /** The places of all maps, and the lines between them. */
  function marks(layers, tree, x, y, unit) {
    if (!tree.centres) return [];
    const size = Math.max(2, Math.min(14, unit - 2));
    const mark = (at, l) =>
      svg("rect", {
        class: l === 0 ? "play-pixel" : "play-place",
        x: x(at) - size / 2,
        y: y(l) - size / 2,
        width: size,
        height: size,
      });
    return [...links(layers, tree, x, y), ...tree.centres.flatMap((places, l) => places.map((at) => mark(at, l)))];
  }

  /** The outline of all that the output depends on. */
  function cone(tree, x, y) {
    const left = tree.ends.map(([from], l) => [x(from - 0.5), y(l)]);
    const right = tree.ends.map(([, to], l) => [x(to + 0.5), y(l)]);
    return svg("polygon", {
      class: "play-cone",
      points: [...left, ...right.reverse()].map((corner) => corner.join(",")).join(" "),
    });
  }

  /** The drawing: the input below, one output above, and between them what it depends on. */
  function drawing(layers, width) {
    const tree = pyramid(layers);
    const unit = Math.min(26, (width - LABELS - 8) / tree.side);
    const x = (pixel) => LABELS + (pixel + 0.5) * unit;
    const y = (l) => (layers.length - l) * ROW + 20;
    const height = y(0) + 40;
    const name = (left, top, words) => svg("text", { class: "play-name", x: left, y: top }, words);
    const names = tree.ends.map((_, l) => name(0, y(l) + 4, l === 0 ? "input" : `layer ${l}`));
    const middle = Math.min(x((tree.side - 1) / 2) - 24, width - 80);
    return svg(
      "svg",
      {
        class: "play-pyramid",
        role: "img",
        "aria-label": described(layers, tree),
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
      },
      cone(tree, x, y),
      marks(layers, tree, x, y, unit),
      names,
      svg("path", { class: "play-ruler", d: `M${x(-0.5)} ${y(0) + 12}v8H${x(tree.side - 0.5)}v-8` }),
      name(middle, y(0) + 36, tree.side === 1 ? "1 pixel" : `${tree.side} pixels`),
    );
  }

  /** The formula with the numbers put in, a line for each layer. */
  function formulaLines(layers) {
    return field.walk(layers).map((step, i) => {
      const { kernel, stride, dilation } = layers[i];
      return (
        `layer ${i + 1}: ` +
        `field ${step.fieldBefore} + ${dilation} × (${kernel} − 1) × ${step.jumpBefore} = ${step.field}, ` +
        `then jump ${step.jumpBefore} × ${stride} = ${step.jump}`
      );
    });
  }

  /** One line of the table: three fields, and the cells for the numbers that follow from them. */
  function tableRow(one, i, change, remove, only) {
    const cells = ["jump", "field", "size"].map((name) => [
      name,
      el("td", name === "field" ? { class: "play-extent" } : {}),
    ]);
    const inputs = Object.entries(LIMITS).map(([name, most]) => {
      const input = play.numberInput(`layer ${i + 1}, ${name}`, { min: 1, max: most, step: 1 }, (value) => {
        one[name] = value;
        change();
      });
      input.value = one[name];
      return el("td", {}, input);
    });
    const button = play.button("\u00d7", () => remove(i));
    button.setAttribute("aria-label", `Remove layer ${i + 1}`);
    button.disabled = only;
    return {
      line: el(
        "tr",
        {},
        el("th", { scope: "row" }, i + 1),
        inputs,
        cells.map(([, cell]) => cell),
        el("td", {}, button),
      ),
      cells: Object.fromEntries(cells),
    };
  }

  /** The controls; `act` says what each does. */
  function controls(root, act) {
    const names = [["own", "your own"], ...Object.entries(PRESETS).map(([key, [name]]) => [key, name])];
    const start = play.select("Stack", names, act.preset);
    const paddings = ["valid", "same"].map((name) => [name, name]);
    const padding = play.select("Padding, for the size", paddings, (value) => act.change({ padding: value }));
    const title = "Side of the input, in pixels";
    const size = play.numberInput(title, { min: 1, max: 999, step: 1 }, (value) => act.change({ size: value }));
    size.id = "play-input-side";
    const sizeBox = el("div", { class: "play-field" }, el("label", { for: size.id }, title), size);
    const body = el("tbody");
    const head = ["layer", "kernel", "stride", "dilation", "jump", "field", "size", ""];
    const table = play.table("play-layers", "The layers, from the input on, and the size of their maps", head, body);
    const add = play.button("Add a layer", act.add);
    const box = el(
      "div",
      { class: "play-controls" },
      el("div", { class: "play-row" }, start.box, sizeBox, padding.box),
      play.region("The layers", table),
      el("div", { class: "play-buttons" }, add, play.button("Start again", act.restart), play.copyButton(root)),
    );
    return { box, start, padding, size, body, add };
  }

  /** The controls and the places that are filled later. */
  function layout(root, act) {
    const shown = play.slider("Look at an output of layer", { min: 1, max: 3 }, (value) =>
      act.change({ shown: value }),
    );
    const status = el("p", { class: "play-status", "aria-live": "polite" });
    const picture = el("div", { class: "play-picture" });
    const lines = el("ul", { class: "play-lines" });
    const panel = controls(root, act);
    root.append(
      panel.box,
      el("h3", {}, "What one output reads"),
      shown.box,
      status,
      picture,
      el("h3", {}, "The formula with the numbers"),
      el("details", {}, el("summary", {}, FORMULA), lines),
    );
    return { ...panel, shown, status, picture, lines };
  }

  /** Put the numbers of a layer into its line of the table. */
  function fillRow({ line, cells }, step, size, last, chosen) {
    const bar = { class: "play-bar", "aria-hidden": "true", style: `width:${(100 * step.field) / last.field}%` };
    cells.jump.textContent = step.jump;
    cells.field.replaceChildren(el("span", {}, step.field), el("span", bar));
    cells.size.textContent = size > 0 ? size : "does not fit";
    line.classList.toggle("play-shown", chosen);
  }

  /** Build the widget; the function that comes back restores a setting from the address. */
  function build(root) {
    let state = preset("three");
    let rows = [];
    let wide = 0;
    const change = (patch = {}) => {
      Object.assign(state, patch);
      draw();
    };
    const renew = (next) => {
      state = next;
      list();
      draw();
    };
    const areas = layout(root, {
      change,
      restart: () => renew(preset("three")),
      preset: (name) => (PRESETS[name] ? renew(preset(name)) : draw()),
      add: () => {
        state.layers.push(layer(3));
        state.shown = state.layers.length;
        list();
        draw();
      },
    });

    /** Make the table's lines anew. */
    function list() {
      const remove = (i) => {
        state.layers.splice(i, 1);
        state.shown = Math.min(state.shown, state.layers.length);
        list();
        draw();
        const buttons = areas.body.querySelectorAll("button");
        (buttons.length > 1 ? buttons[Math.min(i, buttons.length - 1)] : areas.add).focus();
      };
      rows = state.layers.map((one, i) => tableRow(one, i, change, remove, state.layers.length === 1));
      areas.body.replaceChildren(...rows.map((row) => row.line));
      areas.add.disabled = state.layers.length === MOST;
    }

    /** Draw everything that follows from the settings. */
    function draw() {
      const { layers, shown } = state;
      const sizes = field.sizes(layers, state.size, state.padding);
      const steps = field.walk(layers);
      steps.forEach((step, i) => fillRow(rows[i], step, sizes[i], steps.at(-1), i + 1 === shown));
      areas.start.control.value =
        Object.keys(PRESETS).find((name) => JSON.stringify(PRESETS[name][1]) === JSON.stringify(layers)) ?? "own";
      areas.padding.control.value = state.padding;
      if (document.activeElement !== areas.size) areas.size.value = state.size;
      areas.shown.control.max = layers.length;
      areas.shown.set(shown);
      const seen = layers.slice(0, shown);
      const tree = pyramid(seen);
      const many = tree.maps ? "" : ` More than ${DRAWN} pixels: the drawing shows the outline only.`;
      play.showStatus(areas.status, described(seen, tree) + many);
      wide = root.clientWidth;
      areas.picture.replaceChildren(drawing(seen, Math.max(280, Math.min(760, wide - 4))));
      areas.lines.replaceChildren(...formulaLines(layers).map((line) => el("li", {}, line)));
      play.writeHash(toHash(state));
    }

    window.addEventListener("resize", () => {
      if (root.clientWidth !== wide) draw();
    });
    return (hash) => renew(fromHash(hash));
  }

  window.cnnLabs.fieldWidget = { PRESETS, pyramid, formulaLines };
  play.start("receptive_field", build);
})();
