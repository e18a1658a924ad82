/* What the page "A digit by hand" shows of the network: its input, maps, strips and probabilities. */
"use strict";

(() => {
  const root = (window.cnnLabs = window.cnnLabs || {});
  const digit = (root.digit = root.digit || {});
  const { PLAN } = digit.net;

  /** Return a new element. */
  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  /** Return a number with so many decimals and a proper minus sign. */
  function number(value, decimals = 3) {
    const text = value.toFixed(decimals);
    return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
  }

  /** Return a share as a percentage. */
  function percent(share) {
    return `${(100 * share).toFixed(1)}%`;
  }

  /** Return one map of a layer, by rows. */
  function mapOf(values, maps, map) {
    return Array.from({ length: values.length / maps }, (_, i) => values[i * maps + map]);
  }

  /** Return a picture of grey values, a pixel each: 0 black, `most` white. */
  function greys(values, width, most) {
    const pixels = new ImageData(width, values.length / width);
    const words = new Uint32Array(pixels.data.buffer);
    for (let i = 0; i < values.length; i += 1) {
      const grey = most > 0 ? Math.round((255 * Math.min(Math.max(values[i], 0), most)) / most) : 0;
      words[i] = 0xff000000 | (grey * 0x010101);
    }
    return pixels;
  }

  /** Draw grey values into a canvas, a cell of so many pixels each; return what one can draw more with. */
  function paint(canvas, values, width, { cell = 1, most = Math.max(...values) } = {}) {
    const height = values.length / width;
    canvas.width = width * cell;
    canvas.height = height * cell;
    const pen = canvas.getContext("2d");
    if (cell === 1) {
      pen.putImageData(greys(values, width, most), 0, 0);
    } else {
      const small = make("canvas");
      paint(small, values, width, { most });
      pen.imageSmoothingEnabled = false;
      pen.drawImage(small, 0, 0, canvas.width, canvas.height);
    }
    return pen;
  }

  /** Return the largest of some values, and where it is. */
  function peak(values) {
    let at = 0;
    values.forEach((value, i) => { if (value > values[at]) at = i; });
    return { value: values[at], at };
  }

  /** Return what a map shows, in words. */
  function inWords(values, size) {
    const { value, at } = peak(values);
    if (value === 0) return "0 everywhere";
    const active = values.filter((one) => one > 0).length;
    const where = `row ${Math.floor(at / size)}, column ${at % size}`;
    return `largest value ${number(value, 2)} at ${where}; above 0 at ${active} of ${values.length} places`;
  }

  /** Return a button with a canvas and a name. */
  function mapButton(name, press) {
    const canvas = make("canvas");
    canvas.setAttribute("aria-hidden", "true");
    const text = make("span", { textContent: name });
    const button = make("button", { type: "button", className: "digit-map" }, canvas, text);
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", press);
    return button;
  }

  /** Return how many values a layer has, in words. */
  function extent(layer) {
    if (layer.kind !== "dense") return `${layer.maps} maps of ${layer.size} x ${layer.size}`;
    return `${layer.maps} ${layer.relu ? "units" : "logits"}`;
  }

  /** Put a button for each map, and a strip for each dense layer, into the page; `choose(layer, map)` is called. */
  function buildOverview(place, choose) {
    const buttons = {};
    for (const layer of PLAN) {
      const flat = layer.kind === "dense";
      const group = make("div", { className: flat ? "digit-strips" : "digit-maps" });
      buttons[layer.name] = Array.from({ length: flat ? 1 : layer.maps }, (_, map) => {
        const button = mapButton(flat ? "look at them" : `map ${map}`, () => choose(layer.name, map));
        group.append(button);
        return button;
      });
      group.setAttribute("role", "group");
      const title = `${layer.name}: ${extent(layer)}`;
      group.setAttribute("aria-label", title);
      place.append(make("div", { className: "digit-layer" }, make("h3", { textContent: title }), group));
    }
    return buttons;
  }

  /** Draw the values of a dense layer; logits from the smallest up. */
  function showStrip(button, layer, values) {
    const least = layer.relu ? 0 : Math.min(...values);
    paint(button.firstChild, Array.from(values, (value) => value - least), layer.maps);
    const { value, at } = peak(values);
    const active = `${values.filter((one) => one > 0).length} of ${layer.maps} above 0`;
    const largest = `the largest is number ${at}, ${number(value, 2)}`;
    button.setAttribute("aria-label", `${layer.name}: look at them; ${active}, ${largest}`);
  }

  /** Draw all maps and strips anew, each on its own scale, with their texts. */
  function showOverview(buttons, values) {
    for (const layer of PLAN) {
      const all = values[layer.name];
      buttons[layer.name].forEach((button, map) => {
        if (layer.kind === "dense") {
          showStrip(button, layer, all);
        } else {
          const one = mapOf(all, layer.maps, map);
          paint(button.firstChild, one, layer.size);
          button.setAttribute("aria-label", `${layer.name}, map ${map}: ${inWords(one, layer.size)}`);
        }
      });
    }
  }

  /** Put ten rows for the probabilities into a table's body. */
  function buildTable(body) {
    return Array.from({ length: 10 }, (_, name) => {
      const row = make("tr");
      const bar = make("span", { className: "digit-bar" });
      const cell = make("td", { className: "digit-number" });
      const barCell = make("td", { className: "digit-bars" }, bar);
      barCell.setAttribute("aria-hidden", "true");
      const head = make("th", { scope: "row", textContent: name });
      row.append(head, cell, barCell);
      body.append(row);
      return { row, bar, cell, head };
    });
  }

  /** Show probabilities in the table. */
  function showTable(rows, probabilities) {
    const { at } = peak(probabilities);
    rows.forEach(({ row, bar, cell, head }, name) => {
      row.classList.toggle("first", name === at);
      head.textContent = name === at ? `${name} ◂ read` : String(name);
      cell.textContent = percent(probabilities[name]);
      bar.style.width = `${100 * probabilities[name]}%`;
    });
  }

  /** Return the answer as a sentence. */
  function answer(probabilities) {
    const order = probabilities.map((_, name) => name).sort((a, b) => probabilities[b] - probabilities[a]);
    const [first, second] = order.map((name) => `${article(name)}, ${percent(probabilities[name])}`);
    return `Read as ${first}; next comes ${second}.`;
  }

  /** Return a digit with its article. */
  function article(name) {
    return `${name === 8 ? "an" : "a"} ${name}`;
  }

  digit.view = { make, number, mapOf, paint, peak, inWords, article, answer };
  Object.assign(digit.view, { buildOverview, showOverview, buildTable, showTable });
})();
