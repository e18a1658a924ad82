"use strict";
/* What the three widgets share: elements, controls, numbers as text, grids of grey cells, the state in the address. */
(() => {
  const labs = (window.cnnLabs = window.cnnLabs || {});
  const SVG = "http://www.w3.org/2000/svg";
  const CELL = 28;

  /** Set attributes; those that are null or false are left out. */
  function dress(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== false) node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((child) => child !== null));
    return node;
  }

  /** An HTML element. */
  function el(tag, attributes = {}, ...children) {
    return dress(document.createElement(tag), attributes, children);
  }

  /** An SVG element. */
  function svg(tag, attributes = {}, ...children) {
    return dress(document.createElementNS(SVG, tag), attributes, children);
  }

  /** A number as text: at most `digits` decimals, a true minus. */
  function text(value, digits = 3) {
    const rounded = Number(value.toFixed(digits));
    return (Object.is(rounded, -0) ? "0" : String(rounded)).replace("-", "\u2212");
  }

  /** A number as short as a cell needs: two decimals, no zero before the point. */
  function short(value) {
    return text(value, Math.abs(value) >= 10 ? 1 : 2).replace(/^(\u2212?)0\./, "$1.");
  }

  /** Grey of a value from 0 (black) to 1 (white), and black or white, whichever can be read on it. */
  function shade(value) {
    const level = Math.round(255 * Math.min(1, Math.max(0, value)));
    return { fill: `rgb(${level}, ${level}, ${level})`, ink: level >= 117 ? "#000" : "#fff" };
  }

  /** A function from the values of a map to 0 ... 1: with negative values 0 is mid-grey. */
  function scale(values) {
    const most = Math.max(1e-9, ...values.flat().map(Math.abs));
    const negative = values.flat().some((value) => value < -1e-9);
    return negative ? (value) => 0.5 + value / most / 2 : (value) => value / Math.max(1, most);
  }

  /**
   * A drawing of grey cells. `cells` is a list of rows of {value, grey, kind}; kind is a class that marks the cell.
   */
  function grid(cells, label, extra = []) {
    const [height, width] = [cells.length * CELL, cells[0].length * CELL];
    const marks = cells.flatMap((row, i) => row.map((cell, j) => cellMark(cell, i, j)));
    return svg(
      "svg",
      {
        class: "play-grid",
        role: "img",
        "aria-label": label,
        width: width + 4,
        height: height + 4,
        viewBox: `-2 -2 ${width + 4} ${height + 4}`,
      },
      marks,
      extra,
    );
  }

  /** One cell of a drawing: a square, its number, and a cross where nothing reads it. */
  function cellMark({ value, grey, kind = "" }, row, column) {
    const colours = shade(grey);
    const [x, y] = [column * CELL, row * CELL];
    const cross = kind.includes("unread")
      ? svg("path", {
          class: "play-cross",
          d: `M${x + 3} ${y + 3}l22 22M${x + 25} ${y + 3}l-22 22`,
        })
      : null;
    const padding = kind.includes("padding");
    return svg(
      "g",
      { class: `play-cell ${kind}` },
      svg("rect", { x, y, width: CELL, height: CELL, fill: padding ? null : colours.fill }),
      svg(
        "text",
        {
          class: short(value).length > 3 ? "long" : null,
          x: x + CELL / 2,
          y: y + CELL / 2 + 4,
          fill: padding ? null : colours.ink,
        },
        short(value),
      ),
      cross,
    );
  }

  let count = 0;

  /** A select with its label. `options` is a list of [value, text]. */
  function select(label, options, change) {
    const id = `play-${(count += 1)}`;
    const control = el(
      "select",
      { id },
      options.map(([value, name]) => el("option", { value }, name)),
    );
    control.addEventListener("change", () => change(control.value));
    return { control, box: el("div", { class: "play-field" }, el("label", { for: id }, label), control) };
  }

  /** A slider with its label and its value beside it. */
  function slider(label, { min, max }, change) {
    const id = `play-${(count += 1)}`;
    const control = el("input", { id, type: "range", min, max, step: 1 });
    const shown = el("output", { for: id });
    control.addEventListener("input", () => change(Number(control.value)));
    const set = (value) => {
      control.value = value;
      shown.textContent = value;
    };
    const box = el(
      "div",
      { class: "play-field" },
      el("label", { for: id }, label),
      el("span", { class: "play-slider" }, control, shown),
    );
    return { control, set, box };
  }

  /** A field for a number that calls `change` with what is typed, once it is a number within its limits. */
  function numberInput(label, { min, max, step = "any" }, change) {
    const control = el("input", { type: "number", "aria-label": label, min, max, step });
    control.addEventListener("input", () => {
      const valid = control.value !== "" && control.validity.valid;
      control.setAttribute("aria-invalid", String(!valid));
      if (valid) change(Number(control.value));
    });
    return control;
  }

  /** A button. */
  function button(label, click, attributes = { class: "play-button" }) {
    const control = el("button", { type: "button", ...attributes }, label);
    control.addEventListener("click", click);
    return control;
  }

  /** A box that scrolls by itself and can be reached with Tab for that. */
  function region(label, ...children) {
    return el("div", { class: "play-scroll", tabindex: 0, role: "region", "aria-label": label }, ...children);
  }

  /** The body of a table from rows of what its cells hold. */
  function body(rows) {
    const cells = (row) => row.map((content) => el("td", {}, content));
    return el(
      "tbody",
      {},
      rows.map((row) => el("tr", {}, cells(row))),
    );
  }

  /** A table with a caption and a head, in which an empty title is no heading. */
  function table(name, caption, titles, rows) {
    const head = titles.map((title) => (title ? el("th", { scope: "col" }, title) : el("td")));
    return el(
      "table",
      { class: `play-table ${name}` },
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, head)),
      rows,
    );
  }

  /** The settings in the address, behind its #. */
  function readHash() {
    return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  }

  let restoring = false;

  /**
   * Write settings into the address without a new entry in the history; what cannot be written is left.
   *
   * While settings are read from the address it stays as it is: it may lead to a heading of the page.
   */
  function writeHash(settings) {
    if (restoring) return;
    const hash = new URLSearchParams(settings).toString().replaceAll("%2C", ",");
    try {
      history.replaceState(null, "", `#${hash}`);
    } catch {
      // Some browsers allow only so many changes in a short time. The widget goes on without.
    }
  }

  /** A whole number from the address, within its limits, or the usual one. */
  function whole(given, min, max, usual) {
    const number = Number(given);
    return given !== undefined && given !== "" && Number.isInteger(number) && number >= min && number <= max
      ? number
      : usual;
  }

  /** "3", "3 and 4", "3, 4 and 5". */
  function list(items) {
    return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
  }

  /** Build a widget in its place on the page, and again when the address's settings are changed by hand. */
  function start(name, build) {
    const root = document.querySelector(`[data-play="${name}"]`);
    if (!root) return;
    root.replaceChildren();
    const restore = build(root);
    const read = () => {
      restoring = true;
      restore(readHash());
      restoring = false;
    };
    window.addEventListener("hashchange", () => {
      if (location.hash.includes("=")) read();
    });
    read();
    root.dataset.ready = "true";
  }

  labs.play = {
    CELL,
    el,
    svg,
    text,
    short,
    shade,
    scale,
    grid,
    select,
    slider,
    numberInput,
    button,
    region,
    body,
    table,
    readHash,
    writeHash,
    whole,
    list,
    start,
  };
})();
