"use strict";
(function () {
  const plots = Array.from(document.querySelectorAll("figure.chart > .plot"));
  const options = { displayModeBar: false, responsive: true, showTips: false };
  const draw = (plot) => {
    const chart = JSON.parse(plot.nextElementSibling.textContent);
    return Plotly.newPlot(plot, chart.data, chart.layout, options);
  };
  const ready = document.fonts && document.fonts.ready ? document.fonts.ready : Promise.resolve();
  ready.then(() => Promise.all(plots.map(draw))).then(() => { document.body.dataset.drawn = String(plots.length); });
  // Paper is narrower than a screen: charts take the width they are printed at, and their own back afterwards.
  const fit = (width) => plots.forEach((plot) => {
    const share = plot.closest(".gallery") ? 0.48 : 1;
    if (width) { Plotly.relayout(plot, { width: Math.round(width * share), autosize: false }); }
    else { Plotly.relayout(plot, { width: null, autosize: true }); }
  });
  window.addEventListener("beforeprint", () => fit(680));
  window.addEventListener("afterprint", () => fit(0));
})();
