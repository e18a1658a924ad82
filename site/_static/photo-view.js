/* What the page "A photo of your own" shows of the network: probabilities and some feature maps. */
"use strict";

(() => {
  const root = (window.cnnLabs = window.cnnLabs || {});
  const photo = (root.photo = root.photo || {});
  const { make, mapOf, paint, inWords } = root.digit.view;
  const MAPS = 8;

  /** Return a share as a percentage. */
  function percent(share) {
    return `${(100 * share).toFixed(1)}%`;
  }

  /** Put a row for each class into a table's body. */
  function buildTable(body, classes) {
    return classes.map((name) => {
      const bar = make("span", { className: "digit-bar" });
      const cell = make("td", { className: "digit-number" });
      const barCell = make("td", { className: "digit-bars" }, bar);
      barCell.setAttribute("aria-hidden", "true");
      const head = make("th", { scope: "row", textContent: name });
      const row = make("tr", {}, head, cell, barCell);
      body.append(row);
      return { name, row, bar, cell, head };
    });
  }

  /** Show probabilities in the table. */
  function showTable(rows, probabilities) {
    const largest = Math.max(...probabilities);
    rows.forEach(({ name, row, bar, cell, head }, i) => {
      const first = probabilities[i] === largest;
      row.classList.toggle("first", first);
      head.textContent = first ? `${name} ◂ answer` : name;
      cell.textContent = percent(probabilities[i]);
      bar.style.width = `${100 * probabilities[i]}%`;
    });
  }

  /** Empty the table. */
  function clearTable(rows) {
    for (const { name, row, bar, cell, head } of rows) {
      row.classList.remove("first");
      head.textContent = name;
      cell.textContent = "";
      bar.style.width = "0";
    }
  }

  /** Return the answer as a sentence. */
  function answer(classes, probabilities) {
    const order = classes.map((_, i) => i).sort((a, b) => probabilities[b] - probabilities[a]);
    const [first, second] = order.map((i) => `${classes[i]}, ${percent(probabilities[i])}`);
    return `The answer is ${first}; next comes ${second}.`;
  }

  /** Return a stage's name as the table of the page has it. */
  function stageName(stage) {
    return stage.replace(/(\d)/, " $1");
  }

  /** Return the standard deviation of values. */
  function spread(values) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  }

  /** Return the maps of a layer whose values differ most from place to place, in the order of their numbers. */
  function liveliest({ maps, values }) {
    return Array.from({ length: maps }, (_, map) => ({ map, values: mapOf(values, maps, map) }))
      .map((one) => ({ ...one, spread: spread(one.values) }))
      .sort((a, b) => b.spread - a.spread)
      .slice(0, MAPS)
      .sort((a, b) => a.map - b.map);
  }

  /** Return a figure with one map, and what it shows in words. */
  function mapFigure(stage, side, { map, values }) {
    const canvas = make("canvas");
    paint(canvas, values, side);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${stage}, map ${map}: ${inWords(values, side)}`);
    return make("figure", {}, canvas, make("figcaption", { textContent: `map ${map}` }));
  }

  /** Draw maps of some layers into the page. */
  function showMaps(place, layers) {
    place.replaceChildren(...layers.map((layer) => {
      const stage = stageName(layer.stage);
      const title = `${stage}: ${MAPS} of ${layer.maps} maps, ${layer.side} x ${layer.side}`;
      const figures = liveliest(layer).map((one) => mapFigure(stage, layer.side, one));
      const group = make("div", { className: "digit-maps photo-maps" }, ...figures);
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", title);
      return make("div", { className: "digit-layer" }, make("h3", { textContent: title }), group);
    }));
  }

  photo.view = { make, buildTable, showTable, clearTable, answer, stageName, showMaps };
})();
