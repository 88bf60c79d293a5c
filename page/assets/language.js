// Before Gradio starts: the page speaks Chinese unless the person chose English; the browser is not asked.
(() => {
  "use strict";
  const chosen = /(?:^|; )language=en(?:;|$)/.test(document.cookie) ? "en" : "zh-CN";
  Object.defineProperty(navigator, "language", { get: () => chosen });
  document.documentElement.lang = chosen;
})();
