/**
 * A large file through the page in a real browser, and one without the browser's own digests.
 */

import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import { pageMemory } from "../../../testing/browser/memory.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { skipUnless } from "../../../testing/skip.ts";
import { webServer } from "../../../testing/web_server.ts";

const MiB = 2 ** 20;
const FILE_BYTES = 384 * MiB;
/**
 * Memory that may be used for the file: pieces that are read, sent and not yet collected, which takes
 * longer on a busy machine.
 */
const MAX_MORE_BYTES = 192 * MiB;

/** A piece that a page and this test make in the same way. */
const PIECE = `Uint8Array.from({ length: ${MiB} }, (_, i) => i * i + (i >> 8))`;

Deno.test({
  name: "a large file is sent and verified without ever being in memory",
  ...NEEDS_CHROMIUM,
  ignore: NEEDS_CHROMIUM.ignore || Deno.build.os !== "linux",
  async fn() {
    await using server = await webServer();
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(".tools .command[title=Upload]");
    const before = await pageMemory(browser.pid);
    assert(before > 10 * MiB, `${before} bytes`);
    await tab.evaluate(`(() => {
      const piece = new Blob([${PIECE}]);
      const transfer = new DataTransfer();
      transfer.items.add(new File(Array(${FILE_BYTES / MiB}).fill(piece), "large.bin"));
      const field = document.querySelector("#choose-files");
      field.files = transfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    })()`);
    let peak = 0;
    const done = `document.querySelector(".uploads .title")?.textContent.startsWith("1 of 1 file")`;
    while (!await tab.evaluate(done)) peak = Math.max(peak, await pageMemory(browser.pid));
    assert(peak - before < MAX_MORE_BYTES, `${(peak - before) / MiB} MiB`);
    const piece = Uint8Array.from({ length: MiB }, (_, i) => i * i + (i >> 8));
    const expected = createHash("sha256");
    for (let i = 0; i < FILE_BYTES / MiB; i++) expected.update(piece);
    assertEquals(await fileSha256(join(server.root, "large.bin")), expected.digest("hex"));
  },
});

const NETWORK = Deno.networkInterfaces()
  .find(({ family, address }) => family === "IPv4" && !address.startsWith("127."))?.address;

Deno.test({
  name: "over http:// from elsewhere, where browsers compute no digests, files are verified, too",
  ...skipUnless(
    !NEEDS_CHROMIUM.ignore && NETWORK !== undefined,
    "needs chromium and an address in a network",
  ),
  async fn() {
    await using server = await webServer({ url: `http://${NETWORK}:0` });
    const content = sampleBytes(9_000_001);
    await Deno.writeFile(server.dir.join("a.bin"), content);
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(".tools .command[title=Upload]");
    assertEquals(await tab.evaluate("typeof crypto.subtle"), "undefined");
    await tab.drop([server.dir.join("a.bin")]);
    const done = `document.querySelector(".uploads .title").textContent.startsWith("1 of 1 file")`;
    await tab.until(done, 60_000);
    assertEquals(await fileSha256(join(server.root, "a.bin")), sha256(content));
  },
});
