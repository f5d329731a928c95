/**
 * The chat of the page in a real browser, with clients in terminals.
 */

import { assertEquals } from "@std/assert";
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
import { NEEDS_TMUX, Terminal } from "../../../testing/terminal.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

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
    const ana = await browser.open(server.webUrl);
    await takeName(ana, "ana");
    const bo = await other.open(server.webUrl);
    await takeName(bo, "bo");
    await using cleo = await terminal(server, "cleo");
    await cleo.shows(/^cleo:$/m);
    await ana.shows("cleo joined");
    assertEquals(
      await ana.until(`document.querySelectorAll(".here li").length === 3 &&
        [...document.querySelectorAll(".here li")].map((li) => li.textContent).join(" ")`),
      "ana (you) bo cleo",
    );
    await say(ana, "one");
    await hears(bo, "one");
    await cleo.shows("ana: one");
    await cleo.type("two");
    await cleo.press("Enter");
    await hears(bo, "two");
    await say(bo, "three");
    await hears(ana, "three");
    const all = ["ana: one", "cleo: two", "bo: three"];
    assertEquals(await messages(ana), all);
    assertEquals(await messages(bo), all);
    await cleo.shows(/ana: one\n(.*\n)*cleo: two\n(.*\n)*bo: three/);
    // A private message: by the command in one direction, by the list in the other.
    await say(ana, "/to cleo secret");
    await cleo.shows("ana (to you): secret");
    await cleo.type("/to ana hidden");
    await cleo.press("Enter");
    await hears(ana, "hidden");
    await ana.click("text=bo");
    await ana.has("button.to");
    await say(ana, "for bo");
    await hears(bo, "for bo");
    await ana.press("Escape");
    await say(ana, "four");
    await hears(bo, "four");
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

Deno.test({
  name: "unread messages are counted in the title until they are seen, and those missed are marked",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(SEATED);
    await using remote = await server.connect();
    await using _seat = await remote.chat.join({ name: "bo" });
    await remote.chat.say("seen");
    await hears(tab, "seen");
    assertEquals(await tab.evaluate("document.title"), "Files");
    await hide(tab, true);
    await remote.chat.say("one");
    await remote.chat.say("two");
    await tab.until("document.title === '(2) Files'");
    await hide(tab, false);
    await tab.until("document.title === 'Files'");
    await tab.click("button[aria-label='Close the chat']");
    await tab.until("document.querySelector('aside') === null");
    await remote.chat.say("three");
    await tab.until("document.title === '(1) Files'");
    assertEquals(await tab.evaluate("document.querySelector('.count').textContent"), "1");
    // It is read to people who do not see it.
    assertEquals(await tab.evaluate("document.querySelector('.spoken').textContent"), "bo: three");
    await tab.press("c");
    await tab.until(`document.title === "Files" && document.activeElement.matches("${SEATED}")`);
    // The next visit.
    await tab.go("about:blank");
    await tab.until("location.href === 'about:blank'");
    await remote.chat.say("missed");
    const later = await browser.open(server.webUrl);
    await hears(later, "missed");
    assertEquals(
      await later.evaluate(
        "document.querySelector('.new').nextElementSibling.querySelector('.words').textContent",
      ),
      "missed",
    );
    assertEquals((await messages(later)).length, 5);
  },
});

Deno.test({
  name: "a page keeps its seat and its messages through a reload, and leaves the chat with /quit",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await using remote = await server.connect();
    await using seat = await remote.chat.join({ name: "bo" });
    const received = seat.messages[Symbol.asyncIterator]();
    const next = async () => (await received.next()).value?.text;
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await takeName(tab, "ana");
    assertEquals([await next(), await next(), await next()], [
      ...["guest joined", "ana joined", "guest left"],
    ]);
    await say(tab, "before");
    assertEquals(await next(), "before");
    await tab.evaluate("window.before = true");
    await tab.reload();
    await tab.until("window.before === undefined && document.title === 'Files'");
    await hears(tab, "before");
    await say(tab, "after");
    // Nobody saw it leave.
    assertEquals(await next(), "after");
    assertEquals(await messages(tab), ["ana: before", "ana: after"]);
    await say(tab, "/quit");
    assertEquals(await next(), "ana left");
    await remote.chat.say("while away");
    await tab.reload();
    await tab.until("window.before === undefined && document.querySelector('aside') === null");
    await tab.click(".chat-button");
    await hears(tab, "while away");
    assertEquals(await next(), "ana joined");
  },
});

Deno.test({
  name: "hostile names and messages are shown as text, and are nothing else",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(SEATED);
    await using remote = await server.connect();
    await using seat = await remote.chat.join({ name: "<b>\u202eana\x07" });
    const html = "<img src=x onerror='document.title=1'><script>document.title = 2</script>";
    await remote.chat.say(html);
    await hears(tab, html);
    await remote.chat.say("\u202egnp.exe\x1b[2J\u2066\r\nsecond\u2028line");
    await hears(tab, "\\u202egnp.exe\\x1b[2J\\u2066\nsecond\\u2028line");
    // Only its beginning is drawn, and nothing makes the page wider.
    await remote.chat.say("w".repeat(8192));
    await tab.shows("Show all of it");
    assertEquals(
      await tab.evaluate("[...document.querySelectorAll('.words')].at(-1).textContent.length"),
      1201,
    );
    await tab.click("text=Show all of it");
    await tab.until("[...document.querySelectorAll('.words')].at(-1).textContent.length === 8192");
    await remote.chat.say("\n".repeat(5000) + "end");
    await tab.until("document.querySelectorAll('.message').length === 4");
    const tall = "[...document.querySelectorAll('.message')].at(-1).clientHeight";
    assertEquals(await tab.evaluate(`${tall} < 800`), true);
    assertEquals(await tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
    assertEquals(
      await tab.evaluate("document.querySelectorAll('img, .chat b, aside script').length"),
      0,
    );
    assertEquals(await tab.evaluate("document.title"), "Files");
    assertEquals(seat.name.includes("\u202e"), false);
    // One that is too long stays in the field.
    await say(tab, "x".repeat(65536));
    await tab.shows("A message can have 8 KiB");
    assertEquals(await tab.evaluate(`document.querySelector("${SEATED}").value.length`), 65536);
  },
});

Deno.test({
  name: "a name that is taken gets a number, and one of a user is refused to others",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    using database: DatabaseSync = openAuthDatabase(server.state);
    await new Users(database).add("ana", "write", "secret word");
    await using remote = await server.connect();
    await using _seat = await remote.chat.join({ name: "bo" });
    await using browser = await testBrowser();
    const tab = await browser.open("about:blank");
    // In the other language.
    await tab.send("Emulation.setUserAgentOverride", {
      ...{ userAgent: "test", acceptLanguage: "pt-BR,en" },
    });
    await tab.go(server.webUrl);
    await tab.shows("você entrou na conversa como guest");
    for (
      const [name, remark] of [
        ["bo", "agora você é bo2: já há alguém aqui como bo"],
        ["ana", "agora você é ana2: o nome ana é reservado para outra pessoa"],
      ]
    ) {
      await tab.click("button.own-name");
      await tab.has("input[aria-label='Seu nome']");
      await tab.type(name!);
      await tab.press("Enter");
      await tab.shows(remark!);
    }
    await say(tab, "/dance");
    await tab.shows("Comando desconhecido: /dance (comandos: /who, /to NAME TEXT, /help, /quit)");
    await tab.evaluate(`document.querySelector("${SEATED}").value = ""`);
    await say(tab, "/to nobody hello");
    await tab.shows("Não enviada: nobody não está aqui");
  },
});
