/**
 * Uploads of the page in a real browser.
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { webServer } from "../../../testing/web_server.ts";

const READY = ".tools .command[title=Upload]";

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
    await tab.drop([own]);
    await tab.shows("3 files were uploaded");
    const to = join(server.root, "own photos");
    assertEquals(await fileSha256(join(to, "small.bin")), sha256(sampleBytes(300_000)));
    assertEquals(await fileSha256(join(to, "deep/er/ä #1.bin")), sha256(sampleBytes(9_000_001)));
    assertEquals((await Deno.stat(join(to, "nothing"))).size, 0);
    assertEquals((await Deno.stat(join(to, "empty/inside"))).isDirectory, true);
    const times = [own, to].map((folder) => Deno.statSync(join(folder, "small.bin")).mtime);
    assertEquals(Math.floor(Number(times[1])), Math.floor(Number(times[0])));
    await tab.until(`document.querySelector("td.name a")?.textContent === "own photos"`);
  },
});
