/**
 * The content of files in a real browser: downloads, recordings, PDF.
 */

import { assert, assertEquals } from "@std/assert";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { webServer } from "../../../testing/web_server.ts";

/** Waits until a download has ended. @returns Its path. */
async function downloaded(folder: string, name: string): Promise<string> {
  using watcher = Deno.watchFs(folder);
  const path = `${folder}/${name}`;
  // The browser renames a complete download.
  const events = watcher[Symbol.asyncIterator]();
  while (await Deno.stat(path).catch(() => undefined) === undefined) await events.next();
  return path;
}

Deno.test({
  name: "a file and selections of any length are downloaded, as they are and as zip",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await Deno.writeFile(`${server.root}/1 file.bin`, sampleBytes(300_000));
    const long = "a name that makes the list of all names too long for a URL";
    for (let i = 0; i < 100; i++) await Deno.writeTextFile(`${server.root}/${long} ${i}`, `${i}`);
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has("tbody a[tabindex='0']");
    await tab.click("text=1 file.bin");
    const file = await downloaded(browser.downloads, "1 file.bin");
    assertEquals(await fileSha256(file), sha256(sampleBytes(300_000)));
    await tab.press("ctrl+a");
    await tab.shows("101 selected");
    await tab.press("d");
    const archive = await Deno.readFile(await downloaded(browser.downloads, "files.zip"));
    assertEquals(new TextDecoder().decode(archive.subarray(0, 2)), "PK");
    assert(archive.length > 300_000);
  },
});

/** A tenth of a second of silence. */
function silence(): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(44 + 800));
  const words = [[0, "RIFF"], [8, "WAVEfmt "], [36, "data"]] as const;
  for (const [at, word] of words) {
    [...word].forEach((char, i) => view.setUint8(at + i, char.charCodeAt(0)));
  }
  const numbers = [[4, 836], [16, 16], [20, 0x10001], [24, 8000], [28, 8000], [32, 0x80001], [
    40,
    800,
  ]];
  for (const [at, value] of numbers) view.setUint32(at!, value!, true);
  return new Uint8Array(view.buffer);
}

Deno.test({
  name: "recordings are played, and PDF is shown by the viewer of the browser",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await Deno.writeFile(`${server.root}/a.wav`, silence());
    await Deno.writeTextFile(`${server.root}/b.pdf`, "%PDF-1.1\ntrailer<</Root 1 0 R>>");
    await using browser = await testBrowser();
    const tab = await browser.open(`${server.webUrl}/files/?show=a.wav`);
    await tab.until(`document.querySelector("dialog audio")?.duration === 0.1`);
    await tab.go(`${server.webUrl}/files/?show=b.pdf`);
    await tab.has("dialog iframe[src^=blob]");
  },
});
