// Makes pages livelier; nothing needs it. No framework, no dependency, no text made into code.

/** Menus close with Escape, with a press elsewhere, and when another one opens. */
function menus() {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

/** Times in the reader's own zone; what the server said stays in the title. */
function times(root) {
  // As the server writes dates: the day first, in English too.
  const { lang } = document.documentElement;
  const long = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, {
    day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime()) && !time.dataset.local) {
      time.dataset.local = "true";
      time.textContent = long.format(at);
    }
  }
}

/** A code is sent off when it is complete: spaces of a paste are dropped. */
function codes(root) {
  for (const input of root.querySelectorAll("input.code[data-length]")) {
    const length = Number(input.dataset.length);
    input.addEventListener("input", () => {
      const typed = input.value.replace(/\s/g, "");
      if (typed.length === length && !input.form.dataset.sent) {
        input.form.dataset.sent = "true";
        input.value = typed;
        input.form.requestSubmit();
      }
    });
  }
}

/** A number is read back while it is typed: the server knows how it is written, the browser what its country is called. */
function previews(root) {
  for (const output of root.querySelectorAll("output[data-preview]")) {
    const input = document.getElementById(output.htmlFor.value);
    let waiting;
    const read = async () => {
      const typed = input.value;
      const body = new URLSearchParams({ csrf: input.form.elements.csrf.value, [input.name]: typed });
      const page = await fetched(output.dataset.preview, { method: "POST", body });
      const said = page?.getElementById("preview");
      if (!said || input.value !== typed) return;
      const { country } = said.dataset;
      const names = new Intl.DisplayNames(document.documentElement.lang, { type: "region" });
      output.value = country ? `${said.textContent} · ${names.of(country)}` : said.textContent;
    };
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(read, 300);
    });
  }
}

/** A press is taken once: a second one would be answered "out of date". */
function presses() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.pressed) event.preventDefault();
    form.dataset.pressed = "true";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-pressed]")) delete form.dataset.pressed;
  });
}

/** Lists are searched while somebody types; the button does the same without us. */
function searches() {
  for (const form of document.querySelectorAll("form.search")) {
    const list = document.getElementById(form.dataset.list);
    if (!list) continue;
    let waiting;
    let asked = 0;
    const search = async () => {
      const address = `${form.action.split("?")[0]}?${new URLSearchParams(new FormData(form))}`;
      const mine = (asked += 1);
      const page = await fetched(address);
      if (page && mine === asked) {
        replace(list.id, page);
        history.replaceState(null, "", address);
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(search, 250);
    });
  }
}

/** Another state of a page of ours; nothing if the session has ended or the server is away. */
async function fetched(address, { headers, ...how } = {}) {
  try {
    const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html", ...headers }, ...how });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

/** Puts what a newer page has in the place of what is shown. */
function replace(id, page) {
  const [shown, newer] = [document.getElementById(id), page.getElementById(id)];
  if (!shown || !newer) return false;
  const next = document.importNode(newer, true);
  shown.replaceWith(next);
  enhance(next);
  return next;
}

/**
 * What waits for somebody elsewhere keeps itself up to date: elements with data-live="KEY" are asked for again until the
 * key has changed, ever more seldom, and not while nobody looks or somebody has typed into them. The header says that nobody asked:
 * a page that is left open does not keep its session from becoming idle (SEC-28).
 */
function live() {
  const headers = { "X-Countersign-Unattended": "1" };
  let pause = 2_000;
  const waiting = () => [...document.querySelectorAll("[data-live][id]")];
  const look = async () => {
    if (!waiting().length) return;
    if (!document.hidden) {
      const page = await fetched(location.href, { headers });
      for (const shown of waiting()) {
        const newer = page?.getElementById(shown.id);
        const focused = document.activeElement;
        const inside = shown.contains(focused);
        const changed = [...shown.querySelectorAll("input, textarea")].some((one) => one.value !== one.defaultValue);
        const inUse = changed || (inside && focused.matches("input, textarea") && focused.value);
        if (newer && newer.dataset.live !== shown.dataset.live && !inUse) {
          const next = replace(shown.id, page);
          next.classList.add("changed");
          if (inside) next.querySelector("[autofocus]")?.focus();
          pause = 2_000;
        }
      }
      pause = Math.min(pause * 1.3, 30_000);
    }
    setTimeout(look, pause);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) pause = 2_000; });
  if (waiting().length) setTimeout(look, pause);
}

/** Everything that has to be done again for what a newer page brought. */
function enhance(root) {
  times(root);
  codes(root);
  previews(root);
}

menus();
presses();
searches();
enhance(document);
live();
