/**
 * Undo after a deletion, in a real browser.
 */

import { assertEquals } from "@std/assert";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import type { Tab } from "../../../testing/browser/tab.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const READY = "tbody a[tabindex='0']";

async function filled(options: Parameters<typeof webServer>[0] = {}): Promise<WebServer> {
  const server = await webServer(options);
  await Deno.mkdir(`${server.root}/docs/deep/er`, { recursive: true });
  for (const name of ["a.txt", "b?#.txt", "docs/c.txt", "docs/deep/er/d.txt", "docs/old.txt"]) {
    await Deno.writeTextFile(`${server.root}/${name}`, `in ${name}`);
  }
  return server;
}

/** The files with their contents. */
async function files({ root }: WebServer, dir = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(`${root}/${dir}`)) {
    if (name === ".ftserver") continue;
    const path = `${dir}${name}`;
    if (isDirectory) Object.assign(found, await files({ root } as WebServer, `${path}/`));
    else found[path] = await Deno.readTextFile(`${root}/${path}`);
  }
  return found;
}

async function removeAll(tab: Tab): Promise<void> {
  await tab.press("ctrl+a");
  await tab.press("Delete");
  await tab.shows("The server keeps it for a while");
  await tab.click("text=Delete");
  await tab.shows("were deleted");
}

Deno.test({
  name:
    "deleted files and folders come back with Undo, and with Ctrl+Z; what was gone before does not",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await filled();
    await using browser = await testBrowser();
    // It was gone before the folder, and stays so.
    await server.fetch("/files/docs/old.txt", { method: "DELETE" });
    const before = await files(server);
    assertEquals(Object.keys(before).length, 4);
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await removeAll(tab);
    assertEquals(await files(server), {});
    await tab.click("button.undo");
    await tab.shows("3 items were restored");
    assertEquals(await files(server), before);
    assertEquals(await tab.evaluate(`document.querySelector("button.undo")`), null);
    await removeAll(tab);
    await tab.press("ctrl+z");
    await tab.shows("3 items were restored");
    assertEquals(await files(server), before);
    // Once is enough.
    await tab.press("ctrl+z");
    await tab.click("text=a.txt");
    await tab.until(`document.querySelector("dialog pre")?.textContent === "in a.txt"`);
  },
});

Deno.test({
  name: "Undo of one file brings that one back, says why if it cannot, and stays to try again",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await filled();
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await tab.press("Home");
    await tab.press("ArrowDown");
    await tab.until(`document.activeElement.textContent === "a.txt"`);
    await tab.press("Delete");
    await tab.click("text=Delete");
    await tab.shows("1 item was deleted");
    await Deno.mkdir(`${server.root}/a.txt`);
    await tab.click("button.undo");
    await tab.shows("Undo: ");
    await Deno.remove(`${server.root}/a.txt`);
    await tab.click("button.undo");
    await tab.shows("1 item was restored");
    assertEquals((await files(server))["a.txt"], "in a.txt");
  },
});

Deno.test({
  name: "a server that keeps nothing says so before, and there is no Undo",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await filled({ versions: { versions: 0 } });
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await tab.press("ctrl+a");
    await tab.press("Delete");
    await tab.shows("This cannot be undone");
    await tab.click("text=Delete");
    await tab.shows("3 items were deleted");
    assertEquals(await tab.evaluate(`document.querySelector("button.undo")`), null);
  },
});
