/**
 * Each view of the page against the rules of axe.
 */

import axe from "axe-core";
import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Rules } from "../../../lib/auth/rules.ts";
import { Users } from "../../../lib/auth/users.ts";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import type { Tab } from "../../../testing/browser/tab.ts";
import { webServer } from "../../../testing/web_server.ts";

/** Opens the operator's view as `ada`. */
async function openOperator(tab: Tab, url: string): Promise<void> {
  await tab.go(`${url}/operator`);
  await tab.click("input[name=user]");
  await tab.type("ada");
  await tab.press("Tab");
  await tab.type("secret word");
  await tab.press("Enter");
  await tab.has("section.quotas progress[value]");
}

/** Returns the serious findings in the page, with the elements. */
async function findings(tab: Tab): Promise<string[]> {
  await tab.evaluate(`${axe.source}; undefined`);
  return await tab.evaluate(`(async () => {
    const { violations, passes } = await axe.run();
    if (passes.length < 10) throw new Error("axe hardly looked at the page");
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 80)).join(" "));
  })()`);
}

for (const dark of [false, true]) {
  Deno.test({
    name: `no view of the page has a serious fault, ${dark ? "dark on a phone" : "light"}`,
    ...NEEDS_CHROMIUM,
    async fn() {
      await using server = await webServer({ anonymous: "write" });
      using database: DatabaseSync = openAuthDatabase(server.state);
      await new Users(database).add("ana", "write", "secret word");
      await new Users(database).add("ada", "admin", "secret word");
      new Rules(database).add({
        ...{ subject: "ana", effect: "quota", actions: [], path: ".", bytes: 1000 },
      });
      for (const name of ["a.txt", "b.txt"]) {
        await Deno.writeTextFile(`${server.root}/${name}`, "x");
      }
      await Deno.mkdir(`${server.root}/docs`);
      await using holder = await server.connect();
      await holder.files.lease("a.txt", { ttlMs: 60_000 });
      await using browser = await testBrowser();
      const look = dark ? { dark, width: 390, height: 844, touch: true } : {};
      const plain = await browser.open(`${server.webUrl}/login`, look);
      await plain.has("form");
      assertEquals(await findings(plain), [], "the form of a login");
      const tab = await browser.open(server.webUrl, look);
      await tab.has("tbody a[tabindex='0']");
      assertEquals(await findings(tab), [], "the list");
      // As what others change looks at its first moment.
      const rows = 'document.querySelectorAll("tbody tr")';
      await tab.evaluate(`${rows}.forEach((row) => {
        row.classList.add("marked");
        row.style.animation = "none";
      })`);
      assertEquals(await findings(tab), [], "rows that have changed");
      await tab.evaluate(`${rows}.forEach((row) => row.classList.remove("marked"))`);
      await using remote = await server.connect();
      await using _seat = await remote.chat.join({ name: "bo" });
      if (dark) await tab.click(".chat-button");
      await tab.shows("bo joined");
      await tab.click(".chat textarea");
      await tab.type("to all\n" + "long ".repeat(500));
      await tab.press("Enter");
      await tab.shows("Show all of it");
      await remote.chat.say("to one", { to: "guest" });
      await tab.shows("to one");
      assertEquals(await findings(tab), [], "the chat");
      await tab.press("Escape");
      await tab.until("document.querySelector('.chat') === null");
      assertEquals(await tab.evaluate("document.activeElement.className"), "chat-button");
      await tab.evaluate("document.querySelector('button.user').click()");
      await tab.has("dialog[open] input[name=user]");
      assertEquals(await findings(tab), [], "the login");
      await tab.type("ana");
      await tab.press("Tab");
      await tab.type("secret word");
      await tab.press("Enter");
      await tab.until(`document.querySelector("button.user").textContent.includes("ana")`);
      await tab.press("ctrl+a");
      await tab.shows("3 selected");
      assertEquals(await findings(tab), [], "a selection");
      for (const key of ["?", "n", "Delete"]) {
        await tab.press(key);
        await tab.has("dialog[open]");
        assertEquals(await findings(tab), [], `the form of ${key}`);
        await tab.press("Escape");
        await tab.until("document.querySelector('dialog') === null");
      }
      await tab.evaluate(`(() => {
        const transfer = new DataTransfer();
        for (const name of ["a.txt", "b.txt", "new.txt"]) {
          transfer.items.add(new File(["mine"], name));
        }
        const field = document.querySelector("#choose-files");
        field.files = transfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      })()`);
      await tab.has("dialog[open] .versions");
      assertEquals(await findings(tab), [], "a question about a name that is taken");
      await tab.press("Escape");
      await tab.until("document.querySelector('dialog') === null");
      if (dark) await tab.click(".uploads .title");
      await tab.has(".uploads li.asking");
      assertEquals(await findings(tab), [], "the uploads");
      // Until the third file has arrived, the browser asks whether the page is left.
      await tab.until(`dispatchEvent(new Event("beforeunload", { cancelable: true }))`);
      await tab.go(`${server.webUrl}/files/?show=a.txt`);
      await tab.has("dialog pre");
      assertEquals(await findings(tab), [], "a preview");
      await server.fetch("/files/b.txt", { method: "PUT", body: "y" });
      await tab.go(`${server.webUrl}/files/`);
      await tab.has("tbody a[tabindex='0']");
      await tab.click("input[aria-label='Select b.txt']");
      await tab.press("v");
      await tab.click("dialog.history tbody button[aria-expanded]");
      await tab.has("dialog.history pre");
      assertEquals(await findings(tab), [], "the versions of a file");
      await tab.send("Network.clearBrowserCookies");
      await openOperator(tab, server.webUrl);
      assertEquals(await findings(tab), [], "the operator's view");
      await tab.click("header button.danger");
      await tab.has("dialog[open]");
      assertEquals(await findings(tab), [], "the question before a drain");
    },
  });
}
