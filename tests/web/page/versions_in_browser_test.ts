/**
 * The versions of a file, in a real browser.
 */

import { assertEquals } from "@std/assert";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import type { Tab } from "../../../testing/browser/tab.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const READY = "tbody a[tabindex='0']";
const ROWS = "dialog.history tbody tr";

/** A server with `note.txt` that had two other contents, and a folder. */
async function filled(options: Parameters<typeof webServer>[0] = {}): Promise<WebServer> {
  const server = await webServer(options);
  await Deno.mkdir(`${server.root}/box`);
  for (const body of ["first", "the second", "now"]) {
    const response = await server.fetch("/files/note.txt", { method: "PUT", body });
    assertEquals(response.ok, true, await response.text());
  }
  return server;
}

const content = ({ root }: WebServer) => Deno.readTextFile(`${root}/note.txt`);
const cells = (tab: Tab, n: number) =>
  tab.evaluate<string[]>(
    `[...document.querySelectorAll("${ROWS} td:nth-child(${n})")].map((cell) => cell.textContent)`,
  );

/** Opens the versions of the file, by the keyboard alone. */
async function openVersions(tab: Tab): Promise<void> {
  await tab.has(READY);
  await tab.press("End");
  await tab.until(`document.activeElement.textContent === "note.txt"`);
  await tab.press("v");
  await tab.has("dialog.history[open]");
}

Deno.test({
  name: "the versions of a file are listed, shown, downloaded and restored, and that is undone",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await filled();
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await openVersions(tab);
    await tab.has(ROWS);
    assertEquals(await cells(tab, 3), ["10 B", "5 B"]);
    assertEquals(await cells(tab, 2), ["anonymous", "anonymous"]);
    await tab.click(`${ROWS}:last-child button[aria-expanded='false']`);
    await tab.until(`document.querySelector("dialog pre")?.textContent === "first"`);
    await tab.click(`${ROWS}:first-child button[aria-expanded='false']`);
    await tab.until(`document.querySelector("dialog pre")?.textContent === "the second"`);
    const link = `document.querySelector("${ROWS}:last-child a[download='note.txt']")`;
    const downloaded = `fetch(${link}.href).then((response) => response.text())`;
    assertEquals(await tab.evaluate(downloaded), "first");
    await tab.click(`${ROWS}:last-child button.main`);
    await tab.shows("note.txt has the content of the version again");
    assertEquals(await content(server), "first");
    await tab.press("ctrl+z");
    await tab.shows("1 item was restored");
    assertEquals(await content(server), "now");
    // What was undone is a version, too.
    await openVersions(tab);
    await tab.until(`document.querySelectorAll("${ROWS}").length > 0`);
    assertEquals((await cells(tab, 3))[0], "5 B");
    await tab.press("Escape");
    await tab.until(`document.querySelector("dialog") === null`);
    assertEquals(await tab.evaluate("document.activeElement.textContent"), "note.txt");
  },
});

Deno.test({
  name: "a folder has no versions, and a file without any says so",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await filled();
    await Deno.writeTextFile(`${server.root}/plain.txt`, "x");
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await tab.click("input[aria-label='Select box']");
    await tab.press("v");
    assertEquals(await tab.evaluate("document.querySelector('dialog')"), null);
    assertEquals(await tab.evaluate("document.querySelector('.selection .versions')"), null);
    await tab.click("input[aria-label='Select box']");
    await tab.click("input[aria-label='Select plain.txt']");
    await tab.click(".selection button:has(.versions)");
    await tab.shows("The server keeps no other version of this file");
  },
});

Deno.test({
  name: "who may only read sees versions and restores none; a hidden file shows nothing",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await filled();
    await server.restart({ anonymous: "read" });
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await openVersions(tab);
    await tab.has(ROWS);
    assertEquals(await tab.evaluate(`document.querySelectorAll("${ROWS} a").length`), 2);
    assertEquals(await tab.evaluate(`document.querySelector("${ROWS} button.main")`), null);
    const body = JSON.stringify({ path: "note.txt" });
    const headers = { "content-type": "application/json" };
    const refused = await server.fetch("/versions", { method: "POST", headers, body });
    assertEquals([refused.status, (await refused.json()).code], [401, "not_allowed"]);
    await server.restart({ anonymous: "none" });
    for (const path of ["/versions?path=note.txt", "/files/note.txt?rev=1"]) {
      const hidden = await server.fetch(path);
      await hidden.body?.cancel();
      assertEquals(hidden.status, 401, path);
    }
  },
});

Deno.test({
  name: "a restored version that cannot be undone offers no Undo, and a failure says why",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await filled();
    await Deno.writeTextFile(`${server.root}/note.txt`, "");
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await openVersions(tab);
    await tab.has(ROWS);
    await tab.click(`${ROWS}:last-child button.main`);
    await tab.shows("note.txt has the content of the version again");
    assertEquals(await tab.evaluate(`document.querySelector("button.undo")`), null);
    await openVersions(tab);
    await tab.has(ROWS);
    await using holder = await server.connect();
    await holder.files.lease("note.txt", { ttlMs: 60_000 });
    await tab.click(`${ROWS}:last-child button.main`);
    await tab.shows("note.txt: Something with this name exists, or someone else has locked it");
    assertEquals(await content(server), "first");
  },
});
