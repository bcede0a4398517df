// Colours and search. Pages can be read without any of it.

(() => {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  // Before the first paint, so that nothing flashes.
  const stored = remember();
  if (stored !== null) root.dataset.theme = stored;

  document.addEventListener("DOMContentLoaded", () => {
    startTheme();
    startSearch();
    showCurrent();
  });

  /** What was chosen last, or null; with an argument, chooses. Some browsers keep nothing for files. */
  function remember(theme) {
    try {
      if (theme !== undefined) localStorage.setItem("docs-theme", theme);
      const value = localStorage.getItem("docs-theme");
      return value === "dark" || value === "light" ? value : null;
    } catch {
      return null;
    }
  }

  function startTheme() {
    const button = document.querySelector(".theme");
    if (button === null) return;
    const isDark = () => (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember(root.dataset.theme);
      show();
    });
    dark.addEventListener("change", show);
    button.hidden = false;
    show();
  }

  /** In a long list of pages, the current one shall be seen. */
  function showCurrent() {
    const side = document.querySelector(".side");
    const current = side?.querySelector("ul a[aria-current]");
    if (current == null || side.scrollHeight <= side.clientHeight) return;
    const below = current.getBoundingClientRect().bottom - side.getBoundingClientRect().top;
    if (below > side.clientHeight - 60) side.scrollTop = below - side.clientHeight / 2;
  }

  function startSearch() {
    const form = document.querySelector(".search");
    if (form === null) return;
    const input = form.querySelector("input");
    const panel = form.querySelector(".found");
    const list = form.querySelector("[role=listbox]");
    const note = form.querySelector(".found-note");
    let selected = -1;
    form.hidden = false;

    const close = () => {
      panel.hidden = true;
      selected = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const select = (index) => {
      const hits = list.children;
      if (hits.length === 0) return;
      hits[selected]?.setAttribute("aria-selected", "false");
      selected = (index + hits.length) % hits.length;
      const hit = hits[selected];
      hit.setAttribute("aria-selected", "true");
      hit.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", hit.id);
    };
    const update = async () => {
      const wanted = input.value.trim();
      if (wanted === "") return close();
      const index = await loadIndex();
      // Somebody may have typed on meanwhile.
      if (wanted !== input.value.trim()) return;
      const { hits, count } = find(index, wanted);
      list.replaceChildren(...hits.map((hit, at) => hitElement(index, hit, wanted, at)));
      note.textContent = noteFor(hits.length, count, wanted);
      panel.hidden = false;
      input.setAttribute("aria-expanded", "true");
      selected = -1;
      select(0);
    };

    input.addEventListener("focus", () => void loadIndex().catch(() => undefined));
    input.addEventListener("input", () => {
      update().catch(() => {
        list.replaceChildren();
        note.textContent = "The list of names could not be loaded.";
        panel.hidden = false;
      });
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        if (input.value === "") input.blur();
        input.value = "";
        close();
      } else if (!panel.hidden && event.key === "ArrowDown") select(selected + 1);
      else if (!panel.hidden && event.key === "ArrowUp") select(selected - 1);
      else return;
      event.preventDefault();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      list.children[selected]?.click();
    });
    list.addEventListener("pointermove", (event) => {
      const hit = event.target.closest("[role=option]");
      const index = [...list.children].indexOf(hit);
      if (index >= 0 && index !== selected) select(index);
    });
    list.addEventListener("click", () => {
      input.value = "";
      close();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!form.contains(event.target)) close();
    });
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) close();
    });
    document.addEventListener("keydown", (event) => {
      const isTyping = /^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable;
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.focus();
      input.select();
    });
  }

  let loading;

  /** The index is a script, since pages that are files may not fetch anything. */
  function loadIndex() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root.dataset.index;
      script.onload = () => resolve(prepare(globalThis.DOCS_SITE_INDEX));
      script.onerror = () => {
        loading = undefined;
        script.remove();
        reject(new Error("no index"));
      };
      document.head.append(script);
    });
    return loading;
  }

  function prepare({ pages, rows }) {
    return {
      pages,
      entries: rows.map(([kind, name, owner, page, id, summary]) => ({
        kind,
        name,
        owner,
        page,
        id,
        summary,
        lower: name.toLowerCase(),
        full: `${owner}.${name}`.toLowerCase(),
        // The first letters of the words in a name, for those who type `oos` and mean OutOfStock.
        initials: (name.match(/[A-Z]+(?![a-z])|[A-Z]|^[a-z]|_[A-Za-z]/g) ?? [])
          .join("")
          .replaceAll("_", "")
          .toLowerCase(),
        words: summary.toLowerCase(),
      })),
    };
  }

  const shownCountMax = 40;
  const isPart = new Set(["field", "value"]);

  /** Every word has to be found somewhere; the better the place, the higher the entry stands. */
  function find({ entries }, wanted) {
    const words = wanted.toLowerCase().split(/\s+/);
    const found = [];
    for (const entry of entries) {
      let score = 0;
      for (const word of words) {
        const points = pointsOf(entry, word);
        if (points === 0) {
          score = 0;
          break;
        }
        score += points;
      }
      if (score > 0) found.push({ entry, score: score - (isPart.has(entry.kind) ? 15 : 0) });
    }
    found.sort(
      (a, b) =>
        b.score - a.score || a.entry.name.length - b.entry.name.length || (a.entry.full < b.entry.full ? -1 : 1),
    );
    return { hits: found.slice(0, shownCountMax).map(({ entry }) => entry), count: found.length };
  }

  function pointsOf({ lower, full, initials, words, name }, word) {
    if (lower === word) return 100;
    if (lower.startsWith(word)) return 80;
    if (word.length > 1 && initials.startsWith(word)) return 70;
    const at = lower.indexOf(word);
    if (at > 0) return /[A-Z]/.test(name[at]) || name[at - 1] === "_" ? 60 : 45;
    if (full.endsWith(word)) return 50;
    if (full.includes(word)) return 30;
    if (words.includes(word)) return 16;
    return 0;
  }

  function noteFor(shown, count, wanted) {
    if (count === 0) return `Nothing is called “${wanted}”.`;
    return count > shown ? `The first ${shown} of ${count}` : "";
  }

  const letters = {
    service: "S",
    method: "m",
    message: "M",
    union: "U",
    enum: "E",
    error: "X",
    type: "T",
    field: "f",
    value: "v",
  };

  /** Built of text only: names and docs come from elsewhere. */
  function hitElement({ pages }, entry, wanted, at) {
    const link = document.createElement("a");
    link.className = "hit";
    link.id = `hit-${at}`;
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    link.tabIndex = -1;
    link.href = root.dataset.root + pages[entry.page] + (entry.id === "" ? "" : `#${entry.id}`);
    const kind = part("span", `kind kind-${entry.kind}`, letters[entry.kind] ?? "");
    kind.setAttribute("aria-hidden", "true");
    const name = part("span", "hit-name", "");
    name.append(...highlighted(entry.name, wanted));
    const text = part("span", "", "");
    text.append(name, part("span", "hit-owner", entry.owner === "" ? entry.kind : `${entry.kind} in ${entry.owner}`));
    if (entry.summary !== "") text.append(part("span", "hit-summary", entry.summary));
    link.append(kind, text);
    return link;
  }

  function highlighted(name, wanted) {
    const word = wanted.toLowerCase().split(/\s+/)[0];
    const at = name.toLowerCase().indexOf(word);
    if (at < 0) return [name];
    const mark = part("mark", "", name.slice(at, at + word.length));
    return [name.slice(0, at), mark, name.slice(at + word.length)];
  }

  function part(tag, className, content) {
    const element = document.createElement(tag);
    if (className !== "") element.className = className;
    element.textContent = content;
    return element;
  }
})();
