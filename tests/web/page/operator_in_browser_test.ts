/**
 * The operator's view in a real browser.
 */

import { assertEquals } from "@std/assert";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import type { Tab } from "../../../testing/browser/tab.ts";
import { operatorServer, PASSWORD, slowDownload } from "../operator/operator_server.ts";

/** Logs in by the form that the address shows to clients without a login. */
async function logIn(tab: Tab, user: string): Promise<void> {
  await tab.click("input[name=user]");
  await tab.type(user);
  await tab.press("Tab");
  await tab.type(PASSWORD);
  await tab.press("Enter");
  // The form says the same as the view to who is no admin.
  await tab.until("document.querySelector('input[name=user]') === null");
}

Deno.test({
  name: "an admin opens the view from the list, and sees a slow transfer with its rate",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await operatorServer({ anonymous: "none" });
    const evil = "<b>evil<b>\x1b[2J.txt";
    await Deno.writeTextFile(`${server.root}/${evil}`, "x");
    await using browser = await testBrowser();
    const tab = await browser.open(`${server.webUrl}/login`);
    await logIn(tab, "ada");
    await tab.click("text=Operator");
    await tab.until(`location.pathname === "/operator"`);
    await tab.shows("No transfer is under way");
    {
      await using _download = await slowDownload(server);
      await tab.until(`/big\\.bin/.test(document.querySelector("section.transfers li").innerText)`);
      const shown = `document.querySelector("section.transfers li").innerText`;
      await tab.until(
        `/[1-9].* [KM]iB\\/s/.test(${shown}) && /Download · ana, native/.test(${shown})`,
      );
      await tab.until(`/ of 32\\.0 MiB · .* left/.test(${shown})`);
      await tab.until(`document.querySelector("section.transfers progress").value > 0`);
      await tab.until(
        `document.querySelector("section.connections").innerText.includes("ana\\tnative")`,
      );
    }
    await tab.shows("No transfer is under way");
    await server.fetch(`/files/${encodeURIComponent(evil)}`).then((r) => r.body?.cancel());
    await tab.shows("name=<b>evil<b>\\x1b[2J.txt");
    assertEquals(await tab.evaluate("document.querySelectorAll('b').length"), 0);
  },
});

Deno.test({
  name: "a user who is no admin has no way to the view, and its address shows nothing",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await operatorServer({ anonymous: "none" });
    await using browser = await testBrowser();
    const tab = await browser.open(`${server.webUrl}/operator`);
    await logIn(tab, "ana");
    await tab.shows("only admins operate the server");
    assertEquals(await tab.evaluate("document.querySelectorAll('section').length"), 0);
    await tab.go(`${server.webUrl}/files/`);
    await tab.shows("ana · Log out");
    assertEquals(await tab.evaluate(`document.body.innerHTML.includes("/operator")`), false);
    const loaded = `performance.getEntriesByType("resource").map(({ name }) => name).join()`;
    assertEquals((await tab.evaluate<string>(loaded)).includes("operator"), false);
  },
});

Deno.test({
  name: "the server is stopped after a question, and the page goes on with the next one",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await operatorServer({ anonymous: "none" });
    await using browser = await testBrowser();
    const tab = await browser.open(`${server.webUrl}/operator`);
    await logIn(tab, "ada");
    await tab.shows("No transfer is under way");
    const { server: first } = server;
    await tab.click("header button.danger");
    await tab.shows("Stop the server?");
    await tab.press("Escape");
    await tab.until(`document.querySelector("dialog") === null`);
    assertEquals(first.status().draining, false);
    await tab.click("header button.danger");
    await tab.click("dialog button.danger");
    await first.finished;
    await tab.shows("The server has stopped");
    await server.restart();
    // The session has ended with the server that had it.
    await tab.shows("The session may have ended");
    await tab.click("text=log in");
    await logIn(tab, "ada");
    await tab.shows("started");
  },
});

Deno.test({
  name: "the view of a hidden page asks the server nothing, and goes on when it is seen",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await operatorServer({ anonymous: "none" });
    await using browser = await testBrowser();
    const tab = await browser.open(`${server.webUrl}/operator`);
    await logIn(tab, "ada");
    await tab.shows("No transfer is under way");
    const looks = `performance.getEntriesByType("resource")
      .filter(({ name }) => name.endsWith("/operator/view")).length`;
    const before = await tab.evaluate<number>(looks);
    await tab.until(`${looks} > ${before}`);
    await tab.evaluate(`Object.defineProperty(document, "hidden",
      { configurable: true, get: () => globalThis.seen === true })`);
    await tab.evaluate("globalThis.seen = true; undefined");
    const hidden = await tab.evaluate<number>(looks);
    const later = await tab.evaluate<number>(
      `new Promise((resolve) => setTimeout(() => resolve(${looks}), 2500))`,
    );
    assertEquals(later <= hidden + 1, true, `${hidden} looks, then ${later}`);
    await tab.evaluate(
      `globalThis.seen = false; document.dispatchEvent(new Event("visibilitychange")); undefined`,
    );
    await tab.until(`${looks} > ${later}`);
  },
});
