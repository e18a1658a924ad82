/* One map, and one neuron of it, on the page "A digit by hand": what it reads, and the arithmetic. */
"use strict";

(() => {
  const root = (window.cnnLabs = window.cnnLabs || {});
  const digit = (root.digit = root.digit || {});
  const { PLAN, KERNEL, shapeOf, slice, poolWindow, denseUnit } = digit.net;
  const { make, number, mapOf, paint, peak, inWords } = digit.view;
  const SCREEN = 280;
  const ROLE = { conv: "5 x 5 convolution and ReLU", pool: "2 x 2 max pooling" };

  /** Return the layer of a name. */
  const layerOf = (name) => PLAN.find((layer) => layer.name === name);

  /** Return a table of a head's row and a body, with a caption. */
  function table(className, caption, head, body) {
    return make("table", { className }, make("caption", { textContent: caption }), make("thead", {}, head), body);
  }

  /** Return a table of numbers with rows and columns numbered as in their map. */
  function grid(caption, values, width, top, left) {
    const head = make("tr", {}, make("td"));
    for (let x = 0; x < width; x += 1) head.append(make("th", { scope: "col", textContent: number(left + x, 0) }));
    const body = make("tbody");
    for (let y = 0; y < values.length / width; y += 1) {
      const row = make("tr", {}, make("th", { scope: "row", textContent: number(top + y, 0) }));
      for (let x = 0; x < width; x += 1) row.append(make("td", { textContent: number(values[y * width + x], 2) }));
      body.append(row);
    }
    return table("digit-grid", caption, head, body);
  }

  /** Return a table of named numbers. */
  function list(caption, heads, rows) {
    const head = make("tr");
    heads.forEach((text) => head.append(make("th", { scope: "col", textContent: text })));
    const body = make("tbody");
    rows.forEach(([name, ...cells]) => {
      const row = make("tr", {}, make("th", { scope: "row", textContent: name }));
      cells.forEach((cell) => row.append(make("td", { textContent: number(cell) })));
      body.append(row);
    });
    return table("digit-list", caption, head, body);
  }

  /** Return "a sum + bias = total" and what the activation makes of it, as a sentence. */
  function ending(sum, bias, relu) {
    const total = sum + bias;
    const signed = `${bias < 0 ? "−" : "+"} ${number(Math.abs(bias))}`;
    const start = `With the bias: ${number(sum)} ${signed} = ${number(total)}.`;
    if (!relu) return `${start} This is the logit: no ReLU after it.`;
    return `${start} ${total > 0 ? "It is above 0: ReLU leaves it." : "It is not above 0: ReLU makes 0 of it."}`;
  }

  /** Return tables and a sentence for a neuron of a convolution. */
  function ofConv(layer, state, values, weights) {
    const { kernel, bias } = weights[layer.name];
    const { maps } = shapeOf(layer.from);
    const below = values[layer.from];
    const read = (_, channel) => slice(layer, below, kernel, state.row, state.column, state.map, channel);
    const slices = Array.from({ length: maps }, read);
    const one = slices[state.channel];
    const [top, left] = [state.row - layer.pad, state.column - layer.pad];
    const source = maps > 1 ? `map ${state.channel} of ${layer.from}` : "the input";
    const ofSlice = maps > 1 ? `, its slice for map ${state.channel}` : "";
    const tables = [
      grid(`Window in ${source}${layer.pad ? " (0 beyond the rim)" : ""}`, one.window, KERNEL, top, left),
      grid(`Kernel of map ${state.map}${ofSlice}`, one.kernel, KERNEL, 0, 0),
      grid("Products, place by place", one.products, KERNEL, top, left),
    ];
    const sum = slices.reduce((all, { sum: part }) => all + part, 0);
    let text = `The 25 products add up to ${number(one.sum)}. `;
    if (maps > 1) {
      const rows = slices.map((part, channel) => [`map ${channel}`, part.sum]);
      tables.push(list("Sums of all slices", [layer.from, "sum"], rows));
      text += `All ${maps} slices together: ${number(sum)}. `;
    }
    return { tables, text: text + ending(sum, bias[state.map], true) };
  }

  /** Return the table and a sentence for a neuron of a max pooling. */
  function ofPool(layer, state, values) {
    const four = poolWindow(layer, values[layer.from], state.row, state.column, state.map);
    const window = grid(`Window in map ${state.map} of ${layer.from}`, four, 2, 2 * state.row, 2 * state.column);
    const text = `The largest of the four is ${number(Math.max(...four))}; it goes on.`;
    return { tables: [window], text: `${text} Nothing is learned here: no kernel, no bias.` };
  }

  /** Return the table and a sentence for a unit of a dense layer. */
  function ofDense(layer, state, values, weights) {
    const unit = denseUnit(layer, values[layer.from], weights[layer.name], state.map);
    const { products, sum } = unit;
    const byWeight = (a, b) => Math.abs(products[b]) - Math.abs(products[a]);
    const order = products.map((_, i) => i).sort(byWeight).slice(0, 5);
    const { size, maps } = shapeOf(layer.from);
    const rows = order.map((i) => {
      const [row, column] = [Math.floor(i / maps / size), Math.floor(i / maps) % size];
      const name = size > 1 ? `map ${i % maps}, row ${row}, column ${column}` : `unit ${i}`;
      return [name, unit.values[i], unit.weights[i], products[i]];
    });
    const heads = [layer.from, "value", "weight", "product"];
    const end = ending(sum, weights[layer.name].bias[state.map], layer.relu);
    return {
      tables: [list(`The five products that weigh most, of ${products.length}`, heads, rows)],
      text: `The ${products.length} products add up to ${number(sum)}. ${end}`,
    };
  }

  /** Outline a window in an enlarged map. */
  function outline(pen, top, left, side, cell) {
    for (const [colour, width] of [["#000", 4], ["#ffd400", 2]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.strokeRect(left * cell + 1, top * cell + 1, side * cell - 2, side * cell - 2);
    }
  }

  /** The part of the page that shows one map and one neuron of it. */
  class Neuron {
    /**
     * @param {HTMLElement} place with the controls, see digit.md.
     * @param {function(string, number): void} chosen called when another layer or map is looked at.
     */
    constructor(place, chosen) {
      this.find = (name) => place.querySelector(`[data-digit="${name}"]`);
      this.chosen = chosen;
      this.state = { layer: "C1", map: 0, row: 13, column: 13, channel: 0 };
      for (const name of ["map", "row", "column", "channel"]) {
        this.find(name).addEventListener("input", () => this.set({ [name]: Number(this.find(name).value) }));
      }
      this.find("own").addEventListener("click", (event) => this.point(event));
    }

    /** Choose the neuron that was clicked. */
    point(event) {
      const { size } = layerOf(this.state.layer);
      const { top, left, width, height } = event.currentTarget.getBoundingClientRect();
      const index = (share) => Math.min(size - 1, Math.max(0, Math.floor(share * size)));
      this.set({ row: index((event.clientY - top) / height), column: index((event.clientX - left) / width) });
    }

    /** Look at another map, at the place where it is largest; at the largest unit of a dense layer. */
    go(layer, map) {
      const { kind, size, maps } = layerOf(layer);
      if (kind === "dense") return this.set({ layer, map: peak(this.values[layer]).at, row: 0, column: 0 });
      const { at } = peak(mapOf(this.values[layer], maps, map));
      return this.set({ layer, map, row: Math.floor(at / size), column: at % size });
    }

    /** Look at another layer, map or place; what does not exist there is cut to what does. */
    set(change) {
      Object.assign(this.state, change);
      const { state } = this;
      const layer = layerOf(state.layer);
      const channels = layer.kind === "conv" ? shapeOf(layer.from).maps : 1;
      const most = { map: layer.maps - 1, row: layer.size - 1, column: layer.size - 1, channel: channels - 1 };
      for (const [name, limit] of Object.entries(most)) {
        state[name] = Math.min(state[name], limit);
        const input = this.find(name);
        input.max = limit;
        input.value = state[name];
        this.find(`${name}-value`).textContent = `${state[name]} of 0 to ${limit}`;
        this.find(`${name}-line`).hidden = limit === 0;
      }
      this.find("map-name").textContent = layer.kind === "dense" ? "Unit" : "Map";
      this.chosen(state.layer, state.map);
      if (this.values) this.show(this.values, this.weights, "polite");
    }

    /** Show the chosen neuron, for other values; read aloud only where the reader chose another. */
    show(values, weights, live = "off") {
      Object.assign(this, { values, weights });
      const { state } = this;
      const layer = layerOf(state.layer);
      const flat = layer.kind === "dense";
      this.find("maps").hidden = flat;
      const name = `${layer.name}, ${flat ? "unit" : "map"} ${state.map}`;
      this.find("title").textContent = `${name}: ${flat ? `reads all of ${layer.from}` : ROLE[layer.kind]}`;
      if (!flat) this.showMaps(layer);
      const own = values[layer.name][(state.row * layer.size + state.column) * layer.maps + state.map];
      const where = flat ? `Unit ${state.map}` : `Row ${state.row}, column ${state.column}`;
      const explain = { conv: ofConv, pool: ofPool, dense: ofDense }[layer.kind];
      const { tables, text } = explain(layer, state, values, weights);
      this.find("tables").replaceChildren(...tables);
      this.find("sum").setAttribute("aria-live", live);
      this.find("sum").textContent = `${where}: ${number(own)}. ${text}`;
    }

    /** Draw the chosen map, and the one that it reads, with the neuron and its window outlined. */
    showMaps(layer) {
      const { state, values } = this;
      const source = shapeOf(layer.from);
      const channel = layer.kind === "pool" ? state.map : state.channel;
      const below = mapOf(values[layer.from], source.maps, channel);
      const [side, step] = layer.kind === "pool" ? [2, 2] : [KERNEL, 1];
      const [top, left] = [state.row, state.column].map((at) => at * step - (layer.pad || 0));
      const cell = Math.floor(SCREEN / source.size);
      outline(paint(this.find("below"), below, source.size, { cell }), top, left, side, cell);
      const name = source.maps > 1 ? `Map ${channel} of ${layer.from}` : "The input";
      this.find("below-name").textContent = `${name}: the window that is read`;
      const window = `rows ${top} to ${top + side - 1}, columns ${left} to ${left + side - 1}`;
      this.find("below").setAttribute("aria-label", `${name}, ${inWords(below, source.size)}; the window is ${window}`);
      const own = mapOf(values[layer.name], layer.maps, state.map);
      const size = Math.floor(SCREEN / layer.size);
      outline(paint(this.find("own"), own, layer.size, { cell: size }), state.row, state.column, 1, size);
      this.find("own-name").textContent = `Map ${state.map} of ${layer.name}: the neuron (click to choose another)`;
      const place = `row ${state.row}, column ${state.column}`;
      const title = `Map ${state.map} of ${layer.name}`;
      this.find("own").setAttribute("aria-label", `${title}, ${inWords(own, layer.size)}; the neuron is ${place}`);
    }
  }

  digit.Neuron = Neuron;
})();
