// What ends a page's talk with the server, said in the page's own words: Gradio's are English, and know no log-in.
(() => {
  "use strict";
  const WORDS = {
    out: {
      zh: ["登录已经结束，请先登录再继续。已经发出的问题都记下了；没有发出的请先复制。", "重新登录"],
      en: ["You are no longer signed in. What was asked is kept; copy what was not sent.", "Sign in again"],
    },
    off: {
      zh: ["连不上服务，正在重新连接。接上以后页面会自己刷新，问过的都在。", ""],
      en: ["The service cannot be reached. The page reloads itself when it can; what was asked is kept.", ""],
    },
  };
  const bar = document.createElement("div");
  bar.id = "lost";
  bar.setAttribute("role", "alert");

  function tell(kind) {
    // That one has to sign in is not taken back by a line that breaks as well.
    if (bar.dataset.kind === kind || bar.dataset.kind === "out") return;
    bar.dataset.kind = kind;
    bar.replaceChildren(...Object.entries(WORDS[kind]).map(([lang, [text, link]]) => {
      const said = document.createElement("span");
      [said.className, said.lang, said.textContent] = [lang, lang === "zh" ? "zh-CN" : lang, text];
      if (link) said.append(" ", Object.assign(document.createElement("a"), { href: "login", textContent: link }));
      return said;
    }));
    document.body.append(bar);
    document.body.classList.add("lost");
  }

  function back() {
    if (bar.dataset.kind !== "off") return;
    delete bar.dataset.kind;
    bar.remove();
    document.body.classList.remove("lost");
  }

  const plain = window.fetch;
  window.fetch = async (...request) => {
    try {
      const response = await plain(...request);
      const sentToSignIn = response.redirected && new URL(response.url).pathname.endsWith("/login");
      if (response.status === 401 || sentToSignIn) tell("out");
      else back();
      return response;
    } catch (error) {
      if (error.name === "TypeError") tell("off"); // neither stopped on purpose nor answered
      throw error;
    }
  };
})();
