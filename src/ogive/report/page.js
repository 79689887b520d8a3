// Draws every figure from the specification beside it. Colours are CSS variables, so light, dark and print
// need no redrawing; only the width of the page does, and Vega watches that by itself.
(() => {
  "use strict";
  const theme = JSON.parse(document.getElementById("theme").textContent);
  // On a narrow screen the labels of terms stand above their intervals.
  const above = { labelAlign: "left", labelPadding: 0, labelOffset: -14, labelLimit: 320, labelFontSize: 12 };
  const narrow = { ...theme, style: { ...theme.style, terms: { ...theme.style.terms, ...above } } };

  const draw = async (plot) => {
    const spec = JSON.parse(plot.parentElement.querySelector("script").textContent);
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
