// What Gradio leaves to the browser: citations, the drawer, examples, copying, and Enter while Chinese is typed.
(() => {
  "use strict";
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const show = (element, block) => element?.scrollIntoView({ block, behavior: calm ? "auto" : "smooth" });
  let opener = null;
  let home = null;

  // Enter that picks a word of an input method must not send. Gradio sends on keypress, which browsers should
  // not fire then; Safari marks such an Enter only by keyCode 229.
  for (const type of ["keydown", "keypress"]) {
    addEventListener(type, (event) => {
      if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopImmediatePropagation();
    }, true);
  }

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (document.body.classList.contains("listing")) list(false);
    else if (reader() && !reader().hidden) close();
  });

  // A press that takes something away asks once more, before the page's handlers see it.
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-sure]");
    if (!button || button.dataset.asked) return;
    event.stopImmediatePropagation();
    button.dataset.asked = "yes";
    button.textContent = button.dataset.sure;
  }, true);

  addEventListener("click", (event) => {
    const link = event.target.closest?.("a.cite, a.chip, a.open");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && reader()) {
      event.preventDefault();
      open(link);
    }
    const example = event.target.closest?.("button.example");
    if (example) ask(example.textContent);
    if (event.target.closest?.("#reader .close")) close();
    const turned = event.target.closest?.("#reader .back, #reader .on");
    if (turned) step(place + (turned.classList.contains("on") ? 1 : -1));
    if (event.target.closest?.("#past")) list(true);
    // Outside the drawer, or done with it.
    if (event.target.closest?.("#history .close, #history .open") || event.target.id === "history") list(false);
    const copied = event.target.closest?.("button.copy");
    if (copied) copy(copied);
    const wanted = event.target.closest?.("[data-act]");
    if (wanted) pressed = `[data-act="${wanted.dataset.act}"][data-id="${wanted.dataset.id}"]`;
    if (wanted?.dataset.act === "edit") setTimeout(() => box()?.focus(), 300);
    const language = event.target.closest?.("[data-language]")?.dataset.language;
    if (language) {
      document.cookie = `language=${language}; path=/; max-age=31536000; SameSite=Strict`;
      location.reload();
    }
  });

  const reader = () => document.getElementById("reader");

  async function open(link) {
    opener = link;
    const panel = reader();
    home ??= panel.parentElement;
    // It opens in the tab that the link is in, where that tab has a place for it.
    (link.closest(".tabitem")?.querySelector(".reading-place") ?? home).append(panel);
    const body = panel.querySelector(".body");
    body.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(link.href, { headers: { Accept: "text/html" } });
      if (new URL(response.url).pathname === "/login") return; // lost.js has said so
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      body.replaceChildren(...page.querySelector("main").childNodes);
      body.querySelectorAll("a.file").forEach((a) => { a.href = new URL(a.getAttribute("href"), response.url); });
    } catch {
      body.textContent = "打不开这份文件：连不上服务。请确认程序还在运行，再点一次。";
    }
    body.removeAttribute("aria-busy");
    panel.hidden = false;
    document.body.classList.add("reading");
    (body.querySelector("h2") ?? panel).focus({ preventScroll: true });
    const quote = body.querySelector("#quote");
    if (quote) bring(quote);
    const before = (step) => quote?.compareDocumentPosition(step) & (Node.DOCUMENT_POSITION_PRECEDING | Node.DOCUMENT_POSITION_CONTAINS);
    step(steps().filter(before).length - 1, false);
  }

  const steps = () => [...reader().querySelectorAll(".step")];

  function bring(element) {
    const body = reader().querySelector(".body");
    body.scrollTop += element.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3;
  }

  // The provision that is being read: its path above, the one before and after it a press away.
  let place = -1;
  function step(to, moved = true) {
    const all = steps();
    place = Math.max(-1, Math.min(to, all.length - 1));
    const bar = reader().querySelector(".bar");
    bar.querySelector(".place").textContent = all[place]?.dataset.path ?? reader().ariaLabel;
    bar.querySelector(".back").disabled = place <= 0;
    bar.querySelector(".on").disabled = place >= all.length - 1;
    all.forEach((e, n) => e.classList.toggle("here", moved && n === place));
    if (moved && all[place]) bring(all[place]);
  }

  function close() {
    reader().hidden = true;
    document.body.classList.remove("reading");
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  }

  const box = () => document.querySelector("#question textarea, #question input");

  // The drawer of conversations; what lies behind it can then neither be reached nor read.
  function list(shown) {
    document.body.classList.toggle("listing", shown);
    document.querySelectorAll("#masthead, #columns, #tabs > .tab-wrapper").forEach((e) => { e.inert = shown; });
    (shown ? document.querySelector("#history .drawer") : document.getElementById("past"))?.focus();
  }

  // Where the page is not served over TLS or from this machine, browsers offer the older way only.
  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.body.appendChild(document.createElement("textarea"));
      field.value = text;
      field.select();
      document.execCommand("copy");
      field.remove();
      button.focus();
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 1600);
  }

  function ask(question) {
    box().value = question;
    box().dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => document.querySelector("#question button")?.click(), 50);
  }

  // The browser's own date field: a calendar in the person's language, and nothing that is no date.
  function date() {
    const field = document.querySelector("#day input");
    if (field && !field.dataset.dated) {
      field.type = "date";
      field.dataset.dated = "yes";
    }
  }

  // The conversation is drawn anew at each stage, which screen readers may pass over; this line stays.
  const line = document.createElement("div");
  line.className = "hidden";
  line.setAttribute("role", "status");
  let told;
  function tell(text) {
    if (text === told) return;
    if (told !== undefined) line.textContent = text;
    told = text;
    if (!line.isConnected) document.body.append(line);
  }

  // A new question comes into view, and the reader makes way for its sources; so does its answer, for which
  // there was no room to scroll before.
  let asked = 0;
  let answered = 0;
  let pressed = "";
  new MutationObserver(() => {
    date();
    // What was pressed is drawn anew with the conversation; the keyboard stays on it.
    if (pressed && document.activeElement === document.body) {
      document.querySelector(pressed)?.focus({ preventScroll: true });
    }
    tell(document.querySelector("#newest :is(.answer, .stage > span:last-of-type)")?.innerText ?? "");
    const count = document.querySelectorAll("#conversation .exchange").length;
    const answers = document.querySelectorAll("#conversation .answer").length;
    // Not for a person who has scrolled on meanwhile.
    const newest = document.getElementById("newest");
    if (answers > answered && newest?.getBoundingClientRect().top > 0) show(newest, "start");
    answered = answers;
    if (count !== asked) {
      asked = count;
      if (count) show(newest, "start");
      if (reader() && !reader().hidden) close();
    }
  }).observe(document, { childList: true, subtree: true });
})();
