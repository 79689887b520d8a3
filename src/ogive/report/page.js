// Draws every figure from the specification beside it. Colours are CSS variables, so light, dark and print
// need no redrawing; only the width of the page does, and Vega watches that by itself.
(() => {
  "use strict";
  const theme = JSON.parse(document.getElementById("theme").textContent);
  // On a narrow screen the labels of terms stand above their intervals.
  const above = { labelAlign: "left", labelPadding: 0, labelOffset: -14, labelLimit: 320, labelFontSize: 12 };
  const AXIS = 60;
  const narrow = { ...theme, style: { ...theme.style, terms: { ...theme.style.terms, ...above } } };

  // As many small panels side by side as can be read, and as wide as there is room for; beside each its axis.
  const panelled = (spec, room) => {
    const { least, count, beside = AXIS } = spec.usermeta.panels;
    const columns = Math.max(1, Math.min(count, Math.floor((room - beside + AXIS) / least)));
    const width = Math.floor((room - beside) / columns) - spec.spacing.column;
    return { ...spec, columns, spec: { ...spec.spec, width } };
  };

  const draw = async (plot) => {
    const source = JSON.parse(plot.parentElement.querySelector("script").textContent);
    const spec = source.usermeta?.panels ? panelled(source, plot.clientWidth) : source;
    const small = plot.clientWidth < 480;
    const options = { actions: false, renderer: "svg", config: small ? narrow : theme };
    try {
      await vegaEmbed(plot, small ? { ...spec, ...spec.usermeta?.narrow } : spec, options);
      plot.dataset.drawn = "yes";
    } catch (error) {
      plot.textContent = `This figure could not be drawn: ${error.message}`;
    }
  };

  document.querySelectorAll(".plot").forEach(draw);
})();

// Moves everything that a threshold decides, together: the table, the shares, the sentence with the cost.
(() => {
  "use strict";
  const PER = 1000;
  const format = (options) => new Intl.NumberFormat("en-US", { roundingMode: "halfEven", ...options });
  const [rows, tenths] = [0, 1].map((least) => format({ minimumFractionDigits: least, maximumFractionDigits: 1 }));

  // Three significant digits, but a whole part keeps its own.
  const short = (value) => {
    if (value === 0) return "0";
    const digits = Math.max(3, Math.floor(Math.log10(Math.abs(value))) + 1);
    return format({ maximumSignificantDigits: Math.min(digits, 21) }).format(value);
  };
  const threshold = (t) => (t <= 0.9 ? short(t) : String(+(1 - (1 - t).toPrecision(3)).toFixed(8)));
  const percent = (share) => (share === null ? "–" : `${tenths.format(100 * share)}\u00a0%`);

  const start = (box) => {
    const curve = JSON.parse(box.querySelector("script").textContent);
    const find = (selector) => box.querySelector(selector);
    const [slider, costFp, costFn] = ["#threshold", "#cost-fp", "#cost-fn"].map(find);
    const total = curve.positive + curve.negative;
    const cost = (input) => Math.max(Number(input.value) || 0, 0);
    const closed = () => (cost(costFp) + cost(costFn) ? cost(costFp) / (cost(costFp) + cost(costFn)) : null);

    const show = () => {
      const i = Number(slider.value);
      const [tp, fp] = [curve.truePositive[i], curve.falsePositive[i]];
      const [fn, tn] = [curve.positive - tp, curve.negative - fp];
      const cells = { tp, fp, fn, tn };
      const shares = {
        precision: tp + fp ? tp / (tp + fp) : null,
        recall: curve.positive ? tp / curve.positive : null,
        alarms: curve.negative ? fp / curve.negative : null,
      };
      const of = (a, b) => short((PER * (cost(costFp) * a + cost(costFn) * b)) / total);
      const at = threshold(curve.threshold[i]);
      for (const [name, value] of Object.entries(cells)) find(`[data-cell=${name}]`).textContent = rows.format(value);
      for (const [name, value] of Object.entries(shares)) {
        find(`[data-share=${name}]`).textContent = percent(value);
        find(`[data-bar=${name}]`).style.width = `${100 * (value ?? 0)}%`;
      }
      find(".at").textContent = at;
      slider.setAttribute("aria-valuetext", at);
      find(".ratio").textContent = `${short(cost(costFp))} / (${short(cost(costFp))} + ${short(cost(costFn))})`;
      find(".closed").textContent = closed() === null ? "–" : threshold(closed());
      find(".go").disabled = closed() === null;
      find(".said").textContent =
        `At ${at}, ${rows.format(tp)} of ${rows.format(curve.positive)} positive rows are found, with ` +
        `${rows.format(fp)} false alarms. 1,000 rows cost ${of(fp, fn)}; acting on all of them ` +
        `${of(curve.negative, 0)}, on none ${of(0, curve.positive)}.`;
    };

    const go = () => {
      const wanted = closed();
      const far = curve.threshold.map((t) => Math.abs(t - wanted));
      slider.value = String(far.indexOf(Math.min(...far)));
      show();
    };
    for (const input of [slider, costFp, costFn]) input.addEventListener("input", show);
    find(".go").addEventListener("click", go);
    show();
  };

  document.querySelectorAll(".decider").forEach(start);
})();
