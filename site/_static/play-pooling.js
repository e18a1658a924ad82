"use strict";
/* Pooling and shift: a strip that moves, four ways to make it smaller, and what of each output changes. */
(() => {
  const { pool, play } = window.cnnLabs;
  const { el } = play;
  const LENGTH = 16;

  /** Patterns on an endless line, of which the strip shows a piece. */
  const PATTERNS = {
    dot: ["one bright pixel at place 4", (x) => x === 4],
    bar: ["a bar of three pixels, 4 to 6", (x) => x >= 4 && x <= 6],
    stripes: ["stripes of one pixel, without end", (x) => x % 2 !== 0],
    wide: ["stripes of two pixels, without end", (x) => ((x % 4) + 4) % 4 >= 2],
    edge: ["an edge: bright from place 7 on", (x) => x >= 7],
    ramp: ["a hill, five pixels wide", (x) => Math.max(0, 3 - Math.abs(x - 5)) / 3],
  };

  /** The strip, moved to the right by `shift`, with one neighbour more on each side. */
  function strip(pattern, shift) {
    return Array.from({ length: LENGTH + 2 }, (_, i) => Number(PATTERNS[pattern][1](i - 1 - shift)));
  }

  /** The four ways, from a strip with its two neighbours. */
  const WAYS = {
    max: ["max pooling", (line, window, stride) => pool.max(line.slice(1, -1), window, stride)],
    average: ["average pooling", (line, window, stride) => pool.average(line.slice(1, -1), window, stride)],
    stride: ["stride without pooling", (line, _, stride) => pool.every(line.slice(1, -1), stride)],
    blur: ["blur 1, 2, 1, then stride", (line, _, stride) => pool.every(pool.blur(line), stride)],
  };

  /** The mean of some values. */
  function mean(values) {
    return values.length ? values.reduce((a, b) => a + b, 0) / values.length : 0;
  }

  /** All four outputs in place and after the shift, with what changed. */
  function compute({ pattern, window, stride, shift }) {
    const [before, after] = [strip(pattern, 0), strip(pattern, shift)];
    const ways = Object.entries(WAYS).map(([key, [name, reduce]]) => {
      const [was, is] = [reduce(before, window, stride), reduce(after, window, stride)];
      return { key, name, was, is, ...pool.compare(was, is, shift, stride), means: [mean(was), mean(is)] };
    });
    return { before: before.slice(1, -1), after: after.slice(1, -1), ways };
  }

  /** What happened to an output, in words. */
  function verdict({ moved }, { shift, stride }) {
    if (shift === 0) return "not moved yet";
    if (moved === 0) return "stayed as it was";
    if (moved === null) return "neither stayed nor moved along";
    const places = `moved by ${moved} ${moved === 1 ? "place" : "places"}`;
    return moved * stride === shift
      ? `${places}, as the strip did`
      : `${places}, the strip by ${play.text(shift / stride, 2)} places`;
  }

  /** A strip as a row of cells; values that differ from `other` are framed. */
  function row(values, name, other) {
    const cells = values.map((value) => ({ value, grey: value }));
    const frames = values.flatMap((value, i) =>
      other && Math.abs(value - other[i]) > 1e-9
        ? ["play-halo", "play-read"].map((kind) =>
            play.svg("rect", {
              class: kind,
              x: i * play.CELL + 2,
              y: 2,
              width: play.CELL - 4,
              height: play.CELL - 4,
            }),
          )
        : [],
    );
    const drawing = play.grid([cells], `${name}: ${values.map((value) => play.text(value, 2)).join(" ")}`, frames);
    return el("figure", { class: "play-figure" }, el("figcaption", {}, name), drawing);
  }

  /** The table of what changed. */
  function table(now, state) {
    const head = ["way", "values changed", "the output as a whole", "mean, before and after"];
    const lines = now.ways.map((way) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, way.name),
        el("td", {}, `${way.changed} of ${way.is.length}`),
        el("td", {}, verdict(way, state)),
        el("td", {}, way.means.map((value) => play.text(value)).join(" → ")),
      ),
    );
    return play.table("play-counts", "What the shift changed", head, el("tbody", {}, lines));
  }

  /** One way of making the strip smaller: its output before and after the shift. */
  function wayBox(way, state) {
    return el(
      "section",
      { class: "play-way" },
      el("h4", {}, way.name),
      row(way.was, "before"),
      row(way.is, "after the shift", way.was),
      el("p", {}, `${way.changed} of ${way.is.length} values changed; ${verdict(way, state)}`),
    );
  }

  /** The controls; `change(patch)` takes new settings. */
  function controls(change) {
    const numbers = [1, 2, 3, 4].map((n) => [n, n]);
    const patterns = Object.entries(PATTERNS).map(([key, [name]]) => [key, name]);
    return {
      pattern: play.select("Pattern", patterns, (value) => change({ pattern: value })),
      window: play.select("Window of the pooling", numbers, (value) => change({ window: Number(value) })),
      stride: play.select("Stride", numbers, (value) => change({ stride: Number(value) })),
      shift: play.slider("Shift to the right, in pixels", { min: 0, max: 8 }, (value) => change({ shift: value })),
    };
  }

  /** The places on the page that the drawings fill. */
  function layout(root, panel, restart) {
    const status = el("p", { class: "play-status", "aria-live": "polite" });
    const strips = el("div", { class: "play-strips" });
    const ways = el("div", { class: "play-ways" });
    const counts = play.region("What the shift changed");
    const boxes = Object.values(panel).map((control) => control.box);
    root.append(
      el(
        "div",
        { class: "play-controls" },
        el("div", { class: "play-row" }, boxes),
        el("div", { class: "play-buttons" }, play.button("Start again", restart), play.copyButton(root)),
      ),
      status,
      el("h3", {}, "The strip"),
      strips,
      el("h3", {}, "Four ways to make it smaller"),
      ways,
      counts,
    );
    return { status, strips, ways, counts };
  }

  /** Settings from the address. */
  function fromHash(hash) {
    const { take, done } = play.reader(hash);
    const state = {
      pattern: take("pattern", "dot", play.oneOf(PATTERNS)),
      window: take("window", 2, (text) => play.whole(text, 1, 4)),
      stride: take("stride", 2, (text) => play.whole(text, 1, 4)),
      shift: take("shift", 0, (text) => play.whole(text, 0, 8)),
    };
    done();
    return state;
  }

  /** Build the widget; the function that comes back restores a setting from the address. */
  function build(root) {
    let state = fromHash({});
    const renew = (next) => {
      state = next;
      draw();
    };
    const panel = controls((patch) => renew({ ...state, ...patch }));
    const areas = layout(root, panel, () => renew(fromHash({})));

    /** Draw everything. */
    function draw() {
      const now = compute(state);
      for (const name of ["pattern", "window", "stride"]) panel[name].control.value = state[name];
      panel.shift.set(state.shift);
      areas.strips.replaceChildren(
        row(now.before, "strip in place"),
        row(now.after, `strip moved by ${state.shift}`, now.before),
      );
      areas.ways.replaceChildren(...now.ways.map((way) => wayBox(way, state)));
      areas.counts.replaceChildren(table(now, state));
      const counted = now.ways.map((way) => `${way.name} ${way.changed} of ${way.is.length}`);
      play.showStatus(
        areas.status,
        `Shift ${state.shift}, window ${state.window}, stride ${state.stride}. ` +
          `Values that changed: ${counted.join("; ")}.`,
      );
      play.writeHash(state);
    }

    return (hash) => renew(fromHash(hash));
  }

  window.cnnLabs.poolWidget = { PATTERNS, strip, compute };
  play.start("pooling", build);
})();
