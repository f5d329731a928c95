/**
 * The chat of the page in a real browser, with clients in terminals.
 */

import { assertEquals } from "@std/assert";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import type { Tab } from "../../../testing/browser/tab.ts";
import { NEEDS_TMUX, Terminal } from "../../../testing/terminal.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const SEATED = ".chat textarea";

/** Opens a page with a name in the chat. */
async function seated(tab: Tab, name: string): Promise<Tab> {
  await tab.has(SEATED);
  await tab.click("button.own-name");
  await tab.has("input[aria-label='Your name']");
  await tab.type(name);
  await tab.press("Enter");
  await tab.shows(`you are now ${name}`);
  return tab;
}

async function say(tab: Tab, text: string): Promise<void> {
  await tab.click(SEATED);
  await tab.type(text);
  await tab.press("Enter");
}

/** The messages that a page shows: `name: text`. */
function messages(tab: Tab): Promise<string[]> {
  return tab.evaluate(`[...document.querySelectorAll(".log .message")].map((message) =>
    message.querySelector("strong").textContent + ": " +
    message.querySelector(".words").textContent)`);
}

async function until(tab: Tab, text: string): Promise<void> {
  await tab.until(`[...document.querySelectorAll(".log .words")].some((words) =>
    words.textContent === ${JSON.stringify(text)})`);
}

function terminal(server: WebServer, name: string): Promise<Terminal> {
  const args = ["chat", "--name", name, "-H", server.url];
  return Terminal.start("client.ts", args, server.dir.path);
}

Deno.test({
  name: "two pages and a terminal chat: each sees the messages of the others once and in order",
  ignore: NEEDS_CHROMIUM.ignore || NEEDS_TMUX.ignore,
  async fn() {
    await using server = await webServer();
    await using browser = await testBrowser();
    await using other = await testBrowser();
    const ana = await seated(await browser.open(server.webUrl), "ana");
    const bo = await seated(await other.open(server.webUrl), "bo");
    await using cleo = await terminal(server, "cleo");
    await cleo.shows(/^cleo:$/m);
    await ana.shows("cleo joined");
    assertEquals(
      await ana.until(`document.querySelectorAll(".here li").length === 3 &&
        [...document.querySelectorAll(".here li")].map((li) => li.textContent).join(" ")`),
      "ana (you) bo cleo",
    );
    await say(ana, "one");
    await until(bo, "one");
    await cleo.shows("ana: one");
    await cleo.type("two");
    await cleo.press("Enter");
    await until(bo, "two");
    await say(bo, "three");
    await until(ana, "three");
    const all = ["ana: one", "cleo: two", "bo: three"];
    assertEquals(await messages(ana), all);
    assertEquals(await messages(bo), all);
    await cleo.shows(/ana: one\n(.*\n)*cleo: two\n(.*\n)*bo: three/);
    // A private message: by the command in one direction, by the list in the other.
    await say(ana, "/to cleo secret");
    await cleo.shows("ana (to you): secret");
    await cleo.type("/to ana hidden");
    await cleo.press("Enter");
    await until(ana, "hidden");
    await ana.click("text=bo");
    await ana.has("button.to");
    await say(ana, "for bo");
    await until(bo, "for bo");
    await ana.press("Escape");
    await say(ana, "four");
    await until(bo, "four");
    assertEquals(await messages(bo), [...all, "ana: for bo", "ana: four"]);
    assertEquals(await messages(ana), [
      ...[...all, "ana: secret", "cleo: hidden", "ana: for bo", "ana: four"],
    ]);
    assertEquals((await cleo.screen()).includes("for bo"), false);
    await bo.go("about:blank");
    await cleo.press("C-u", "C-d");
    await ana.shows("cleo left");
  },
});
