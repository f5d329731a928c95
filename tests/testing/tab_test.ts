/**
 * What a page shows is waited for wherever its scripts may run or not.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { NEEDS_CHROMIUM, testBrowser } from "../../testing/browser/browser.ts";

Deno.test({
  name: "a text that comes late is seen in a page whose scripts may not run",
  ...NEEDS_CHROMIUM,
  async fn() {
    const rest = Promise.withResolvers<void>();
    await using server = Deno.serve({ port: 0, onListen() {} }, () => {
      const body = ReadableStream.from((async function* () {
        // A browser shows nothing of a page of a few bytes.
        yield new TextEncoder().encode(`first<!-- ${" ".repeat(4096)} -->`);
        await rest.promise;
        yield new TextEncoder().encode("<p>last</p>");
      })());
      const headers = { "content-type": "text/html", "content-security-policy": "sandbox" };
      return new Response(body, { headers });
    });
    await using browser = await testBrowser();
    const tab = await browser.open(`http://127.0.0.1:${server.addr.port}/`);
    await tab.shows("first");
    const last = tab.shows("last");
    rest.resolve();
    await last;
    await assertRejects(() => tab.until("false", 100), Error, "it shows:\nfirst");
    assertEquals(await tab.evaluate("document.readyState"), "complete");
  },
});
