"use strict";
/* What the three widgets share: elements, controls, numbers as text, grids of grey cells, the state in the address. */
(() => {
  const labs = (window.cnnLabs = window.cnnLabs || {});
  const SVG = "http://www.w3.org/2000/svg";
  const CELL = 30;

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

  /** The class of a number that needs smaller type in a cell, or null. */
  function width(value) {
    const words = short(value);
    if (words.length > 4) return "longer";
    return words.startsWith("\u2212") && words.includes(".") ? "long" : null;
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
          d: `M${x + 3} ${y + 3}l24 24M${x + 27} ${y + 3}l-24 24`,
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
          class: width(value),
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
  let notice = "";
  let written = "";

  /**
   * Write settings into the address without a new entry in the history; what cannot be written is left.
   *
   * While settings are read from the address it stays as it is: it may lead to a heading of the page.
   */
  function writeHash(settings) {
    written = new URLSearchParams(settings).toString().replaceAll("%2C", ",");
    if (restoring) return;
    try {
      history.replaceState(null, "", `#${written}`);
    } catch {
      // Some browsers allow only so many changes in a short time. The widget goes on without.
    }
  }

  /** A whole number within its limits, or null. */
  function whole(given, min, max) {
    const number = Number(given);
    return given !== undefined && given !== "" && Number.isInteger(number) && number >= min && number <= max
      ? number
      : null;
  }

  /**
   * Take settings out of the address one by one: `take(name, usual, read)` gives what `read` makes of the text.
   *
   * Where the name is missing or `read` gives null it is the usual value. `done()` has the next status say what was not
   * understood.
   */
  function reader(hash) {
    const understood = new Set();
    const take = (name, usual, read) => {
      const value = Object.hasOwn(hash, name) ? read(hash[name]) : null;
      if (value !== null) understood.add(name);
      return value ?? usual;
    };
    const done = () => {
      const unknown = Object.keys(hash).filter((name) => !understood.has(name));
      const cut = (words) => (words.length > 24 ? `${words.slice(0, 24)}…` : words);
      const named = unknown.map((name) => cut(hash[name] === "" ? name : `${name}=${hash[name]}`));
      notice =
        named.length === 0 ? "" : `Not understood in the address: ${list(named)}; the usual setting stands instead. `;
    };
    return { take, done };
  }

  /** A reader's `read` for a name in a table. */
  function oneOf(names) {
    return (given) => (Object.hasOwn(names, given) ? given : null);
  }

  /** Show the status, and before it what was not understood in the address, until the next change. */
  function showStatus(area, words) {
    if (!restoring) notice = "";
    area.textContent = notice + words;
    area.dataset.words = words;
  }

  /** A button that copies the address with the present setting; where that is forbidden the address is selected. */
  function copyButton(root) {
    const shown = el("input", { type: "text", readonly: "", hidden: "", class: "play-link-field" });
    shown.setAttribute("aria-label", "Link to this setting");
    const say = (words) => {
      const status = root.querySelector(".play-status");
      status.textContent = `${words} ${status.dataset.words}`;
    };
    const copied = () => {
      const here = location.protocol === "file:" ? ". It leads to the copy of this page on your own disk" : "";
      shown.hidden = true;
      say(`The link to this setting is copied${here}.`);
    };
    const refused = () => {
      shown.hidden = false;
      shown.focus();
      shown.select();
      say("The browser does not let the page copy: the link is selected below the button, copy it from there.");
    };
    const click = () => {
      shown.value = `${location.href.split("#")[0]}#${written}`;
      if (!navigator.clipboard) return refused();
      return navigator.clipboard.writeText(shown.value).then(copied, refused);
    };
    return [button("Copy link to this setting", click), shown];
  }

  /** "3", "3 and 4", "3, 4 and 5". */
  function list(items) {
    return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
  }

  /** Build a widget in its place on the page; an address with settings sets it and leads to it, now and later. */
  function start(name, build) {
    const root = document.querySelector(`[data-play="${name}"]`);
    if (!root) return;
    root.replaceChildren();
    const restore = build(root);
    const read = () => {
      const settings = location.hash.includes("=");
      restoring = true;
      restore(settings ? readHash() : {});
      restoring = false;
      if (settings) root.scrollIntoView({ block: "start", behavior: "instant" });
    };
    window.addEventListener("hashchange", () => {
      if (location.hash.includes("=")) read();
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#"][href*="="]');
      if (!link) return;
      root.querySelector("select").focus({ preventScroll: true });
      if (link.hash === location.hash) read(); // there is no hashchange then
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
    width,
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
    writeHash,
    whole,
    reader,
    oneOf,
    showStatus,
    copyButton,
    list,
    start,
  };
})();
