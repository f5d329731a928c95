/**
 * Changes by others in the open folder, in a real browser.
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Users } from "../../../lib/auth/users.ts";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import {
  hears,
  hide,
  messages,
  say,
  SEATED,
  takeName,
} from "../../../testing/browser/chat_page.ts";
import type { Tab } from "../../../testing/browser/tab.ts";
import { programFromTask } from "../../../testing/programs/program.ts";
import { RunningProgram } from "../../../testing/programs/running_program.ts";
import { webServer } from "../../../testing/web_server.ts";

function row(name: string): string {
  const names = `[...document.querySelectorAll("td.name a")]`;
  return `${names}.find(({ textContent }) => textContent === ${JSON.stringify(name)})`;
}

/** The place of a row on the screen. */
function top(tab: Tab, name: string): Promise<number> {
  return tab.evaluate(`Math.round(${row(name)}.getBoundingClientRect().top)`);
}

Deno.test({
  name: "what others upload, rename and remove appears, and the user's place stays",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    for (let i = 100; i < 250; i++) await Deno.writeTextFile(`${server.root}/file ${i}`, "x");
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(SEATED);
    await tab.until(`${row("file 110")} !== undefined`);
    await tab.evaluate(`${row("file 140")}.scrollIntoView({ block: "center" })`);
    await tab.evaluate(`${row("file 142")}.closest("tr").querySelector("input").click()`);
    await tab.evaluate(`${row("file 140")}.focus()`);
    const before = await top(tab, "file 140");
    // By the program, into the place above what is seen.
    await Deno.writeTextFile(server.dir.join("above.txt"), "new");
    const args = ["put", server.dir.join("above.txt"), "-H", server.url];
    const env = { XDG_STATE_HOME: server.dir.join("client"), HOME: server.dir.path };
    await using put = RunningProgram.start(await programFromTask("ftclient"), args, { env });
    await tab.until(`${row("above.txt")}.closest("tr.marked") !== null`);
    await tab.shows("above.txt is new");
    assertEquals((await put.finished).code, 0);
    // A browser scrolls by whole pixels.
    assertLess(Math.abs(await top(tab, "file 140") - before), 2);
    await using remote = await server.connect();
    await remote.files.move("file 141", "zzz");
    await tab.until(`${row("file 141")} === undefined`);
    await remote.files.remove("file 100");
    await tab.until(`${row("file 100")} === undefined`);
    assertEquals(await tab.evaluate("document.activeElement.textContent"), "file 140");
    // A browser scrolls by whole pixels.
    assertLess(Math.abs(await top(tab, "file 140") - before), 2);
    assertEquals(
      await tab.evaluate("document.querySelector('tr.selected').textContent.slice(0, 8)"),
      "file 142",
    );
    // The row at which the keyboard is goes; the next one takes its place.
    await remote.files.remove("file 140");
    await tab.until(`document.activeElement.textContent === "file 142"`);
    await tab.until(`document.querySelectorAll("tr.marked").length === 0`);
  },
});

Deno.test({
  name: "after a restart of the server an open page catches up: messages, files, and its name",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await takeName(tab, "ana");
    server.server.chat.broadcast("before");
    await hears(tab, "before");
    await server.restart();
    // Before the page can be connected again.
    server.server.chat.broadcast("missed");
    await Deno.writeTextFile(`${server.root}/new.txt`, "x");
    await tab.shows("rejoined the chat as ana");
    await hears(tab, "missed");
    await tab.until(`${row("new.txt")} !== undefined`);
    await say(tab, "still here");
    await tab.until(`document.querySelector(".message.sent") !== null`);
    server.server.chat.broadcast("after");
    await hears(tab, "after");
    assertEquals(await messages(tab), [
      ...["SERVER: before", "SERVER: missed", "ana: still here", "SERVER: after"],
    ]);
    assertEquals(await tab.evaluate("document.querySelectorAll('.state').length"), 0);
  },
});

Deno.test({
  name: "a page without its server says so; a message that is written then is sent later",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using browser = await testBrowser();
    let url: string;
    let tab: Tab;
    {
      await using server = await webServer();
      await Deno.writeTextFile(`${server.root}/a.txt`, "x");
      url = server.webUrl;
      tab = await browser.open(url);
      await tab.has(SEATED);
      await tab.until(`${row("a.txt")} !== undefined`);
    }
    await tab.has(".state.lost");
    await tab.has(".chat-button.lost");
    await say(tab, "later");
    await tab.shows("waits to be sent");
    // What the page had stays to be read.
    assertEquals(await tab.evaluate(`${row("a.txt")} !== undefined`), true);
    await using next = await webServer({ url });
    await using remote = await next.connect();
    await using seat = await remote.chat.join({ name: "bo", history: 9 });
    // It connects by itself, too.
    await tab.evaluate("document.querySelector('.state.lost button')?.click()");
    for await (const { text, from } of seat.messages) {
      if (text !== "later") continue;
      assertEquals(from, "guest");
      break;
    }
    await tab.until(`document.querySelector(".message.sent") !== null`);
    await tab.until(`${row("a.txt")} === undefined`);
  },
});

Deno.test({
  name: "a thousand changes arrive in a few listings, and leave the selection and the keyboard",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    for (const name of ["a", "b"]) await Deno.writeTextFile(`${server.root}/${name}`, "x");
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(SEATED);
    await tab.until(`${row("b")} !== undefined`);
    await tab.press("End");
    await tab.until(`document.activeElement.textContent === "b"`);
    await tab.press(" ");
    await using remote = await server.connect();
    for (let i = 0; i < 1000; i++) await remote.files.mkdir(`n${i}`);
    await tab.until(`${row("n0")} !== undefined`);
    assertEquals(await tab.evaluate("document.activeElement.textContent"), "b");
    assertEquals(await tab.evaluate("document.querySelectorAll('tr.selected').length"), 1);
    // All of them are there at last: the last one is drawn when the keyboard is at it.
    await tab.press("Home");
    await tab.click(".filter");
    await tab.type("n999");
    await tab.until(`${row("n999")} !== undefined`);
    await tab.press("Escape");
    await tab.press("ctrl+a");
    await tab.shows("1002 selected");
    const listings = await tab.evaluate<number>(
      `performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/files/")).length`,
    );
    assert(listings < 40, `${listings} listings`);
  },
});

Deno.test({
  name: "a page whose login ends goes on as what it is then, without the user's messages",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    using database: DatabaseSync = openAuthDatabase(server.state);
    await new Users(database).add("ana", "write", "secret word");
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.shows("joined the chat as guest");
    await tab.click("text=Log in");
    await tab.has("dialog[open] input[name=user]");
    await tab.type("ana");
    await tab.press("Tab");
    await tab.type("secret word");
    await tab.press("Enter");
    await tab.shows("joined the chat as ana");
    await using remote = await server.connect();
    await using _seat = await remote.chat.join({ name: "bo" });
    await remote.chat.say("for ana alone", { to: "ana" });
    await hears(tab, "for ana alone");
    // Logins end with the server that they were made at.
    await server.restart();
    await tab.shows("joined the chat as guest");
    await tab.shows("Log in");
    assertEquals(await messages(tab), []);
  },
});

Deno.test({
  name: "many pages in one browser: those that nobody sees leave their connections to the others",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await using browser = await testBrowser();
    const tabs: Tab[] = [];
    // A browser makes six connections to a server: with one for each page, the last ones would wait.
    for (let i = 0; i < 9; i++) {
      const tab = await browser.open(server.webUrl);
      await tab.has(SEATED);
      await hide(tab, true);
      tabs.push(tab);
    }
    await using remote = await server.connect();
    await remote.chat.say("to all pages");
    await hears(tabs.at(-1)!, "to all pages");
    // Those that gave way have it when they are seen again.
    // A page draws nothing, not even for a test, as long as another one is in front of it.
    await tabs[0]!.send("Page.bringToFront");
    await hide(tabs[0]!, false);
    await hears(tabs[0]!, "to all pages");
  },
});
