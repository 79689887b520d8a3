// Draws every figure from the specification beside it. Colours are CSS variables, so light, dark and print
// need no redrawing; only the width of the page does, and Vega watches that by itself.
(() => {
  "use strict";
  const theme = JSON.parse(document.getElementById("theme").textContent);
  const narrow = { axisY: { labelLimit: 150 } };

  const draw = async (plot) => {
    const spec = JSON.parse(plot.parentElement.querySelector("script").textContent);
    const config = plot.clientWidth < 480 ? { ...theme, ...narrow } : theme;
    const options = { actions: false, renderer: "svg", config, tooltip: { theme: "custom" } };
    try {
      await vegaEmbed(plot, spec, options);
      plot.dataset.drawn = "yes";
    } catch (error) {
      plot.textContent = `This figure could not be drawn: ${error.message}`;
    }
  };

  document.querySelectorAll(".plot").forEach(draw);
})();
