"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Copy what stands beside the button.
  for (const button of all("button.copy")) {
    const text = () => button.parentElement.querySelector("code, output").textContent;
    const select = () => getSelection().selectAllChildren(button.parentElement.querySelector("code, output"));
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text());
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 1500);
      } catch {
        // From a file, a browser may refuse: then the text is selected, ready for the keyboard.
        select();
      }
    });
  }

  // Fold and unfold. A link into something folded unfolds it, and so does printing.
  const fold = (open) => all("article.step > details").forEach((details) => (details.open = open));
  for (const button of all("button[data-fold]")) {
    button.addEventListener("click", () => fold(button.dataset.fold === "open"));
  }
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    all(":scope > details", target).forEach((details) => (details.open = true));
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
  addEventListener("beforeprint", () => all("details").forEach((details) => (details.open = true)));
  if (matchMedia("(max-width: 68rem)").matches) {
    all("nav details").forEach((details) => (details.open = false));
  }

  // Decisions into the command that makes them, quoted as a shell takes it literally.
  const form = document.querySelector("form.decisions");
  if (form) {
    const quote = (word) =>
      /^[A-Za-z0-9_\-./:=,@%+]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";
    const answer = (field) => {
      const chosen = field.querySelector("input[type=radio]:checked");
      const typed = field.querySelector("input[type=text]");
      if (!chosen || chosen.dataset.other) return typed ? typed.value.trim() : "";
      return chosen.value;
    };
    const write = () => {
      const words = ["cello-scaffold plan"];
      let person = false;
      for (const field of all("fieldset", form)) {
        const value = answer(field);
        if (!value) continue;
        words.push("--set " + quote(field.dataset.decision + "=" + value));
        person ||= field.dataset.person === "yes";
      }
      const attest = form.querySelector(".attest");
      attest.hidden = !person;
      if (person) words.push("--attest " + quote(attest.querySelector("input").value.trim() || "YOUR-NAME"));
      form.querySelector("output").textContent = words.join(" ");
    };
    form.addEventListener("input", (event) => {
      // Whoever types an answer has chosen to.
      const other = event.target.type === "text" && event.target.closest("fieldset")?.querySelector("[data-other]");
      if (other) other.checked = true;
      write();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    write();
  }

  // Ticks stay with this plan, in this browser.
  const store = (() => {
    try {
      return localStorage;
    } catch {
      return null;
    }
  })();
  for (const box of all("input[data-key]")) {
    const key = document.body.dataset.digest + " " + box.dataset.key;
    box.checked = store?.getItem(key) === "done";
    box.addEventListener("change", () => (box.checked ? store?.setItem(key, "done") : store?.removeItem(key)));
  }
})();
