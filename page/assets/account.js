// Who is signed in, and the way out: beside the product's name, where a login is needed.
(async () => {
  "use strict";
  const who = await (await fetch("whoami", { headers: { Accept: "application/json" } })).json();
  if (!who.signed_in) return;
  const form = document.createElement("form");
  form.className = "account";
  form.method = "post";
  form.action = "logout";
  const name = document.createElement("span");
  name.textContent = who.name;
  const leave = document.createElement("button");
  leave.append(...[["zh", "zh-CN", "退出"], ["en", "en", "Sign out"]].map(([kind, lang, text]) => {
    const label = document.createElement("span");
    [label.className, label.lang, label.textContent] = [kind, lang, text];
    return label;
  }));
  form.append(name, leave);
  const place = () => {
    const header = document.querySelector("#masthead header");
    if (header && !form.isConnected) header.append(form);
    return header;
  };
  if (place()) return;
  const watching = new MutationObserver(() => { if (place()) watching.disconnect(); });
  watching.observe(document.body, { childList: true, subtree: true });
})();
