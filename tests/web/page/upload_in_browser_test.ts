/**
 * Uploads of the page in a real browser.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import type { Tab } from "../../../testing/browser/tab.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { webServer } from "../../../testing/web_server.ts";

const READY = ".tools .command[title=Upload]";

/** Waits until the summary of the uploads begins with a text. */
async function summary(tab: Tab, text: string, timeoutMs?: number): Promise<void> {
  const find = `document.querySelector(".uploads .title").textContent`;
  await tab.until(`${find}.startsWith(${JSON.stringify(text)})`, timeoutMs);
}

/** Puts files made in the page into the field by which people choose them. */
async function choose(tab: Tab, files: string): Promise<void> {
  await tab.evaluate(`(() => {
    const transfer = new DataTransfer();
    for (const file of ${files}) transfer.items.add(file);
    const field = document.querySelector("#choose-files");
    field.files = transfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  })()`);
}

Deno.test({
  name: "a folder that is dropped arrives with everything in it, and shows itself",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    const own = server.dir.join("own photos");
    await Deno.mkdir(join(own, "deep/er"), { recursive: true });
    await Deno.mkdir(join(own, "empty/inside"), { recursive: true });
    await Deno.writeFile(join(own, "small.bin"), sampleBytes(300_000));
    await Deno.writeFile(join(own, "deep/er/ä #1.bin"), sampleBytes(9_000_001));
    await Deno.writeTextFile(join(own, "nothing"), "");
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await tab.drag([own]);
    await tab.shows("Drop files and folders to upload them to Files");
    await tab.drop([own]);
    await summary(tab, "3 of 3 files");
    const to = join(server.root, "own photos");
    assertEquals(await fileSha256(join(to, "small.bin")), sha256(sampleBytes(300_000)));
    assertEquals(await fileSha256(join(to, "deep/er/ä #1.bin")), sha256(sampleBytes(9_000_001)));
    assertEquals((await Deno.stat(join(to, "nothing"))).size, 0);
    assertEquals((await Deno.stat(join(to, "empty/inside"))).isDirectory, true);
    const times = [own, to].map((folder) => Deno.statSync(join(folder, "small.bin")).mtime);
    assertEquals(Math.floor(Number(times[1])), Math.floor(Number(times[0])));
    await tab.until(`document.querySelector("td.name a")?.textContent === "own photos"`);
    // The other changes of the folder are those of others.
    await tab.shows("3 files were uploaded");
    await tab.click(".uploads button[title=Close]");
    await tab.until(`document.querySelector(".uploads") === null`);
  },
});

Deno.test({
  name: "1,000 files in one drop arrive with one request each, and the list stays short",
  ...NEEDS_CHROMIUM,
  // Seconds on an idle machine: each file is made durable.
  timeout: 300_000,
  async fn() {
    await using server = await webServer();
    const own = server.dir.join("many");
    await Deno.mkdir(own);
    for (let i = 0; i < 1000; i++) await Deno.writeTextFile(join(own, `file ${i}`), `content ${i}`);
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await tab.evaluate(`window.rows = 0, setInterval(() => {
      window.rows = Math.max(window.rows, document.querySelectorAll(".uploads li").length);
    }, 200)`);
    await tab.drop([own]);
    await summary(tab, "1000 of 1000 files", 280_000);
    for (let i = 0; i < 1000; i++) {
      assertEquals(await Deno.readTextFile(join(server.root, "many", `file ${i}`)), `content ${i}`);
    }
    const rows = await tab.evaluate<number>("window.rows");
    assert(rows > 10 && rows < 40, `${rows} rows`);
    const requests = await tab.evaluate<string[]>(
      `performance.getEntriesByType("resource").map(({ name }) => name)
        .filter((name) => new URL(name).pathname.startsWith("/uploads/"))`,
    );
    // The browser notes the first 250 only.
    assert(requests.every((url) => url.endsWith("/uploads/")), "none asks about an upload");
  },
});

Deno.test({
  name: "names that are taken are asked about once, and nothing newer is replaced",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    const names = ["a.txt", "b.txt", "c.txt", "d.txt"];
    for (const name of names) await Deno.writeTextFile(join(server.root, name), "theirs");
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    const files = (text: string) =>
      `${JSON.stringify([...names, "new.txt"])}.map((name) => new File([${
        JSON.stringify(text)
      }], name))`;
    const contents = () =>
      Promise.all(names.map((name) => Deno.readTextFile(join(server.root, name))));
    await choose(tab, files("mine"));
    await tab.shows("a.txt exists already");
    await tab.click("text=Skip");
    await tab.shows("b.txt exists already");
    await tab.click("text=Keep both");
    await tab.shows("c.txt exists already");
    // Another user changes a file after this one was shown its version.
    await Deno.writeTextFile(join(server.root, "d.txt"), "theirs, newer");
    await tab.click("text=The same for all 2 files");
    await tab.click("text=Replace");
    await tab.shows("d.txt exists already");
    await summary(tab, "3 of 4 files");
    assertEquals(await contents(), ["theirs", "theirs", "mine", "theirs, newer"]);
    await tab.click("text=Replace");
    await summary(tab, "4 of 4 files");
    assertEquals(await contents(), ["theirs", "theirs", "mine", "mine"]);
    assertEquals(await Deno.readTextFile(join(server.root, "b (1).txt")), "mine");
    await tab.click(".uploads button[title=Close]");
    // Put off, the question comes again with its button; then for all.
    await choose(tab, files("again"));
    await tab.shows("a.txt exists already");
    await tab.press("Escape");
    await tab.until(`document.querySelector("dialog") === null`);
    await tab.click("text=Decide");
    await tab.click("text=The same for all 5 files");
    await tab.click("text=Skip");
    await summary(tab, "0 of 0 files · 5 skipped");
    assertEquals(await contents(), ["theirs", "theirs", "mine", "mine"]);
  },
});

Deno.test({
  name: "an upload is paused, continued and cancelled, and cancelling leaves nothing",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    const content = sampleBytes(20_000_000);
    const own = server.dir.join("big.bin");
    await Deno.writeFile(own, content);
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await tab.slowUploads(4_000_000);
    await tab.choose("#choose-files", [own]);
    await tab.until(`document.querySelector(".uploads li progress")?.value > 5_000_000`);
    await tab.click(".uploads li button[title=Pause]");
    await tab.has(".uploads li.paused");
    await tab.slowUploads(0);
    await tab.click(".uploads li button[title=Continue]");
    await summary(tab, "1 of 1 file");
    assertEquals(await fileSha256(join(server.root, "big.bin")), sha256(content));
    await tab.slowUploads(4_000_000);
    await Deno.rename(own, server.dir.join("other.bin"));
    await tab.choose("#choose-files", [server.dir.join("other.bin")]);
    await tab.until(`document.querySelector(".uploads li progress")?.value > 5_000_000`);
    await tab.click(".uploads li button[title=Cancel]");
    await tab.until(`document.querySelector(".uploads li") === null`);
    const staging = join(server.root, ".ftserver", "staging");
    while ([...Deno.readDirSync(staging)].length > 0) await (await server.fetch("/session")).text();
    assertEquals(await Deno.stat(join(server.root, "other.bin")).catch(() => null), null);
  },
});

Deno.test({
  name: "without the script of its worker nothing is sent, and the user can try again",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    const setWorker = (url: string) =>
      tab.evaluate(`document.querySelector("meta[name=digest-worker]").content = "${url}"`);
    const url = await tab.evaluate<string>(
      "document.querySelector('meta[name=digest-worker]').content",
    );
    await setWorker("/page/worker.0000000000000000.js");
    await choose(tab, `["a", "b"].map((name) => new File([name], name))`);
    await tab.shows("The script that checks files could not be loaded");
    const color = `getComputedStyle(document.querySelector(".uploads .failed .how")).color`;
    assertEquals(await tab.evaluate(color), "rgb(179, 38, 30)", "it is marked as a failure");
    await tab.until(`document.querySelectorAll(".uploads li.failed").length === 2`);
    await setWorker(url);
    await tab.click(".uploads button[title='Try all again']");
    await summary(tab, "2 of 2 files");
    assertEquals(await Deno.readTextFile(join(server.root, "b")), "b");
  },
});

Deno.test({
  name: "files are pasted, and a folder that may not be written to says so",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    const paste = `(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["pasted"], "image.png"));
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    })()`;
    await tab.evaluate(paste);
    await summary(tab, "1 of 1 file");
    assertEquals(await Deno.readTextFile(join(server.root, "image.png")), "pasted");
    await server.restart({ anonymous: "read" });
    const reader = await browser.open(server.webUrl);
    await reader.until(`document.querySelector(".user") && !document.querySelector("${READY}")`);
    await reader.evaluate(paste);
    await reader.shows("You are not allowed to write to this folder");
  },
});
