/**
 * Uploads of the page in a real browser that are interrupted.
 */

import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { join } from "node:path";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import type { Tab } from "../../../testing/browser/tab.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { ServerProcess } from "../../../testing/programs/server_process.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { until } from "../../../testing/until.ts";
import { webServer } from "../../../testing/web_server.ts";

const READY = ".tools .command[title=Upload]";
const SLOW = 6_000_000;

/** Waits until the page has sent some bytes of its first file. */
async function isUnderWay(tab: Tab, bytes: number): Promise<void> {
  await tab.until(`document.querySelector(".uploads li progress")?.value > ${bytes}`);
}

async function allArrive(tab: Tab, n: number): Promise<void> {
  const find = `document.querySelector(".uploads .title").textContent`;
  await tab.until(`${find}.startsWith("${n} of ${n} file")`, 60_000);
}

/** Loads the page again, and answers the browser's question whether it is left. */
async function reload(tab: Tab): Promise<void> {
  await tab.reload();
  const answer = () =>
    tab.send("Page.handleJavaScriptDialog", { accept: true }).then(() => true, () => false);
  while (!await answer());
}

Deno.test({
  name: "a folder whose upload is interrupted by a reload is completed after it",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    const own = server.dir.join("own");
    await Deno.mkdir(own);
    const [big, small] = [sampleBytes(25_000_000), sampleBytes(1_000_000, 2)];
    await Deno.writeFile(join(own, "big.bin"), big);
    for (let i = 0; i < 8; i++) await Deno.writeFile(join(own, `small ${i}.bin`), small);
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await tab.slowUploads(SLOW);
    await tab.drop([own]);
    await isUnderWay(tab, 6_000_000);
    // Another page of the browser leaves these uploads to this one, once it has asked for them.
    await tab.evaluate(`void (asked = new Promise((resolve) => {
      new BroadcastChannel("uploads").onmessage = resolve;
    }))`);
    const other = await browser.open(server.webUrl);
    await other.has(READY);
    await tab.evaluate("asked");
    await reload(tab);
    await tab.slowUploads(0);
    await tab.until(`document.querySelector(".uploads .title").textContent.includes("of")`);
    await tab.until(`document.querySelectorAll(".uploads li").length === 0`, 60_000);
    const to = join(server.root, "own");
    assertEquals(await fileSha256(join(to, "big.bin")), sha256(big));
    for (let i = 0; i < 8; i++) {
      assertEquals(await fileSha256(join(to, `small ${i}.bin`)), sha256(small));
    }
    assertEquals([...Deno.readDirSync(to)].length, 9);
    assertEquals(await other.evaluate("document.querySelector('.uploads')"), null);
    // Nothing is left to be done at the next visit.
    await tab.reload();
    await tab.has(READY);
    const left = `new Promise((resolve, reject) => {
      const open = indexedDB.open("uploads");
      open.onerror = reject;
      open.onsuccess = () => {
        const all = open.result.transaction(["items", "files"]);
        const counts = ["items", "files"].map((name) => all.objectStore(name).count());
        all.oncomplete = () => resolve(counts.map(({ result }) => result));
      };
    })`;
    // They are forgotten a moment after they have ended, by this page or the one before.
    while (`${await tab.evaluate(left)}` !== "0,0");
  },
});

Deno.test({
  name: "of two pages that come back at once, one completes the uploads",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    const content = sampleBytes(25_000_000);
    await Deno.writeFile(server.dir.join("a.bin"), content);
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await tab.slowUploads(SLOW / 2);
    await tab.drop([server.dir.join("a.bin")]);
    await isUnderWay(tab, 1_000_000);
    const other = await browser.open(server.webUrl);
    await other.has(READY);
    await other.slowUploads(SLOW / 2);
    const pages = [tab, other];
    const shown = async () => {
      const count = `document.querySelectorAll(".uploads li").length`;
      const counts = await Promise.all(pages.map((page) => page.evaluate<number>(count)));
      return counts[0]! + counts[1]!;
    };
    await Promise.all([reload(tab), other.reload()]);
    for (const page of pages) await page.has(READY);
    await until(async () => await shown() > 0);
    // Both have asked by then, although timers of a page in the background are slow.
    await delay(2_500);
    assertEquals(await shown(), 1);
    for (const page of pages) await page.slowUploads(0);
    await until(async () => await shown() === 0);
    assertEquals(await fileSha256(join(server.root, "a.bin")), sha256(content));
  },
});

Deno.test({
  name: "a file that the browser cannot keep is asked for again, and only the rest is sent",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    const own = server.dir.join("large.bin");
    const content = sampleBytes(40_000_000);
    await Deno.writeFile(own, content);
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await tab.slowUploads(SLOW);
    await tab.choose("#choose-files", [own]);
    await isUnderWay(tab, 13_000_000);
    await reload(tab);
    await tab.shows("Choose or drop this file again to continue");
    await Deno.writeTextFile(server.dir.join("other.bin"), "other");
    await tab.choose("#choose-again", [server.dir.join("other.bin")]);
    await tab.shows("other.bin is not the file that was chosen before");
    await tab.slowUploads(0);
    await tab.choose("#choose-again", [own]);
    await allArrive(tab, 1);
    assertEquals(await fileSha256(join(server.root, "large.bin")), sha256(content));
  },
});

Deno.test({
  name: "an upload goes on when a killed server is back on its port",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using dir = await tempDir();
    const [root, state] = [dir.join("root"), dir.join("state")];
    const args = (web: string) => ["--anonymous", "write", "--web", web];
    const content = sampleBytes(30_000_000);
    await Deno.writeFile(dir.join("big.bin"), content);
    await using browser = await testBrowser();
    const first = await ServerProcess.start({ root, state, args: args("http://127.0.0.1:0") });
    let tab: Tab;
    try {
      tab = await browser.open(first.webUrl!);
      await tab.has(READY);
      await tab.slowUploads(SLOW);
      await tab.drop([dir.join("big.bin")]);
      await isUnderWay(tab, 9_000_000);
    } finally {
      await first.kill();
    }
    await tab.shows("Waiting for the server");
    await using _next = await ServerProcess.start({ root, state, args: args(first.webUrl!) });
    await tab.slowUploads(0);
    await allArrive(tab, 1);
    assertEquals(await fileSha256(join(root, "big.bin")), sha256(content));
  },
});

Deno.test({
  name: "leaving the page while something is sent warns, and afterwards it does not",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await Deno.writeFile(server.dir.join("a.bin"), sampleBytes(9_000_000));
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    const warns = `(() => {
      const event = new Event("beforeunload", { cancelable: true });
      return !dispatchEvent(event);
    })()`;
    assertEquals(await tab.evaluate(warns), false);
    await tab.slowUploads(SLOW);
    await tab.drop([server.dir.join("a.bin")]);
    await isUnderWay(tab, 0);
    assertEquals(await tab.evaluate(warns), true);
    await tab.slowUploads(0);
    await allArrive(tab, 1);
    assertEquals(await tab.evaluate(warns), false);
    assert((await Deno.stat(join(server.root, "a.bin"))).size === 9_000_000);
  },
});
