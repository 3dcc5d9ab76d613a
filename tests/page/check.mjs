// plan.html in Chromium, from disk and without a network: no accessibility violation, no sideways scrolling, in both themes
// from 400 pixels on; everything reachable with the keyboard; and the form yields the command that a shell takes literally.
//
//     node tests/page/check.mjs BINARY [FOLDER-FOR-SCREENSHOTS]
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
assert.ok(process.argv[2], "usage: check.mjs BINARY [FOLDER]");
const binary = resolve(process.argv[2]);
const pictures = process.argv[3];

const scratch = mkdtempSync(join(tmpdir(), "cello-page-"));
const SAMPLES = { pagewatch: join(here, "../apps/pagewatch"), parcels: join(here, "../cases/parcels/project") };
// Each width in each theme once, over both samples, as axe takes its time.
const VIEWS = {
  pagewatch: [[400, "dark"], [1440, "light"]],
  parcels: [[400, "light"], [1000, "light"], [1440, "dark"]],
};

/** A plan of a copy of a sample, as a file. */
function plan(name) {
  const folder = join(scratch, name);
  cpSync(SAMPLES[name], folder, { recursive: true, filter: (path) => !/\/(target|\.cello)$/.test(path) });
  const run = spawnSync(binary, ["plan", folder, "--format", "json"], { encoding: "utf8" });
  assert.ok([0, 3].includes(run.status), run.stderr);
  return { folder, page: pathToFileURL(join(folder, ".cello/plan.html")).href, plan: JSON.parse(run.stdout) };
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

async function open(page, width, colorScheme, bypassCSP = false) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP });
  const tab = await context.newPage();
  const trouble = [];
  tab.on("pageerror", (error) => trouble.push(error.message));
  tab.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
  tab.on("request", (request) => request.url().startsWith("file:") || trouble.push(request.url()));
  await tab.goto(page);
  return { tab, trouble, close: () => context.close() };
}

try {
  for (const name of Object.keys(SAMPLES)) {
    const { page, folder, plan: made } = plan(name);
    for (const [width, theme] of VIEWS[name]) {
      // axe itself is what the file's policy would not let run.
      const { tab, trouble, close } = await open(page, width, theme, true);
      const beyond = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beyond <= 0, `${name} at ${width} is ${beyond} pixels too wide`);
      await tab.evaluate(axe);
      const { violations, passes } = await tab.evaluate(() => axe.run());
      const found = violations.map((rule) => `${rule.id}: ${rule.nodes[0].html.slice(0, 200)}`);
      assert.deepEqual(found, [], `${name} at ${width}, ${theme}`);
      assert.ok(passes.length > 20, "axe has looked at it");
      assert.deepEqual(trouble, []);
      if (pictures) await tab.screenshot({ path: join(pictures, `${name}-${width}-${theme}.png`), fullPage: true });
      await close();
    }

    const { tab, trouble, close } = await open(page, 1440, "light");
    // What changes, at a glance, adds up to what the plan says of its size.
    const sizes = await tab.locator(".glance li span").allTextContents();
    const total = sizes.filter((size) => size[0] === "+").reduce((sum, size) => sum + parseInt(size.slice(1)), 0);
    assert.equal(total, Object.values(made.summary.changed_lines).reduce((sum, lines) => sum + lines, 0));
    assert.equal(sizes.length, made.files.length);
    // The first stop of the keyboard leads past the contents.
    await tab.keyboard.press("Tab");
    assert.equal(await tab.evaluate(() => document.activeElement.className), "skip");
    // Side by side where there is room, below each other where there is not.
    const tops = () =>
      tab.evaluate(() => {
        const row = document.querySelector(".row:not(.same)");
        return [...row.children].map((side) => side.getBoundingClientRect().top);
      });
    const shown = made.steps.some((step) => step.edits.length > 0);
    if (shown) {
      let [old, fresh] = await tops();
      assert.equal(old, fresh);
      await tab.setViewportSize({ width: 400, height: 900 });
      [old, fresh] = await tops();
      assert.ok(old <= fresh);
      assert.equal(await tab.locator(".row.same .old").first().isVisible(), false);
      await tab.setViewportSize({ width: 1440, height: 900 });
    }
    // A link into a folded step unfolds it.
    await tab.getByRole("button", { name: "Fold all", exact: true }).click();
    assert.equal(await tab.locator("article.step details[open] > .body").count(), 0);
    await tab.locator("svg.flow a").first().focus();
    await tab.keyboard.press("Enter");
    await tab.waitForFunction(() => document.querySelector("article.step > details[open]"));
    // Printed, nothing is folded.
    await tab.emulateMedia({ media: "print" });
    await tab.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await tab.locator("details:not([open])").count(), 0);
    await tab.emulateMedia({ media: "screen" });

    const open_decisions = made.decisions.filter((decision) => decision.answer === null);
    if (open_decisions.length > 0) {
      const chosen = [];
      for (const decision of open_decisions) {
        const field = tab.locator(`fieldset[data-decision=${JSON.stringify(decision.id)}]`);
        if (decision.options.length > 0) {
          await field.getByRole("radio").nth(1).focus();
          await tab.keyboard.press("Space");
          chosen.push([decision.id, decision.options[0].value]);
        } else {
          await field.getByRole("textbox").fill("it's.id()");
          chosen.push([decision.id, "it's.id()"]);
        }
      }
      if (open_decisions.some((decision) => decision.human_only)) {
        await tab.getByLabel("Name of the person who decides").fill("Ada O'Neil");
      }
      const command = await tab.locator("#decided").textContent();
      // What a shell makes of it is what was chosen, and the program takes it.
      const words = execFileSync("sh", ["-c", `set -- ${command}; printf '%s\\n' "$@"`], { encoding: "utf8" });
      const sets = words.split("\n").filter((_, index, all) => all[index - 1] === "--set");
      assert.deepEqual(sets, chosen.map(([id, value]) => `${id}=${value}`));
      const run = spawnSync("sh", ["-c", command.replace("cello-scaffold", `'${binary}'`)], { cwd: folder, encoding: "utf8" });
      assert.ok([0, 3].includes(run.status), run.stderr);
      const answered = JSON.parse(readFileSync(join(folder, ".cello/plan.json"), "utf8")).decisions;
      for (const [id, value] of chosen) {
        assert.equal(answered.find((decision) => decision.id === id)?.answer, value, id);
      }
    }
    assert.deepEqual(trouble, []);
    await close();
    console.log(`${name}: ok`);
  }
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}
