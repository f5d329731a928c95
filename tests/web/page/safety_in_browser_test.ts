/**
 * What users upload, in the browser of another user who is logged in; and what a login changes.
 */

import { assertEquals } from "@std/assert";
import type { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Users } from "../../../lib/auth/users.ts";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import type { Tab } from "../../../testing/browser/tab.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

const READY = "tbody a[tabindex='0']";

async function serverWithAna(): Promise<WebServer> {
  const server = await webServer({ anonymous: "read" });
  using database: DatabaseSync = openAuthDatabase(server.state);
  await new Users(database).add("ana", "write", "secret word");
  return server;
}

async function logIn(tab: Tab): Promise<void> {
  await tab.click("text=Log in");
  await tab.has("dialog[open] input[name=user]");
  await tab.type("ana");
  await tab.press("Tab");
  await tab.type("secret word");
  await tab.press("Enter");
  await tab.shows("ana · Log out");
}

Deno.test({
  name: "a login shows the user and the tools for writing, and its end hides them",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await serverWithAna();
    await Deno.writeTextFile(`${server.root}/a.txt`, "a");
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    const tools = async (): Promise<string[]> => {
      await tab.press("ctrl+a");
      await tab.shows("1 selected");
      const titles = `[...document.querySelectorAll(".tools [title]")].map(({ title }) => title)`;
      const shown = await tab.evaluate<string[]>(titles);
      await tab.press("Escape");
      return ["New folder", "Rename", "Move", "Delete", "Download"].filter((title) =>
        shown.includes(title)
      );
    };
    assertEquals(await tools(), ["Download"]);
    await logIn(tab);
    await tab.has("button[title='New folder']");
    assertEquals(await tools(), ["New folder", "Rename", "Move", "Delete", "Download"]);
    // The page's scripts cannot read the session, and it lasts through a reload.
    assertEquals(await tab.evaluate("document.cookie"), "");
    await tab.reload();
    await tab.shows("ana · Log out");
    await tab.click("text=ana · Log out");
    await tab.shows("Log in");
    assertEquals(await tools(), ["Download"]);
  },
});

/** What a file tries: to report the cookie, and to act as its reader. */
const ATTACK = `
  fetch("/files/stolen", { method: "PUT", body: "cookie: " + document.cookie });
  parent.document.title = "stolen";`;

const HOSTILE: Readonly<Record<string, string>> = {
  "evil.html": `<!doctype html><title>stolen</title><script>${ATTACK}</script>`,
  "evil.svg": `<svg xmlns="http://www.w3.org/2000/svg"><script>${ATTACK}</script></svg>`,
  "evil.xhtml": `<html xmlns="http://www.w3.org/1999/xhtml"><script>${ATTACK}</script></html>`,
  "evil.txt": `<!doctype html><script>${ATTACK}</script>`,
  "evil": `<!doctype html><script>${ATTACK}</script>`,
  "evil.js": ATTACK,
  "evil.png": `<!doctype html><script>${ATTACK}</script>`,
};

Deno.test({
  name:
    "files that try to read the cookie or to act for their reader do neither, in any way to open them",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await serverWithAna();
    for (const [name, text] of Object.entries(HOSTILE)) {
      await Deno.writeTextFile(`${server.root}/${name}`, text);
    }
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    await logIn(tab);
    for (const name of Object.keys(HOSTILE)) {
      const url = `${server.webUrl}/files/${name}`;
      // As an address, in the preview, and in a frame, an image and a script of the page.
      await tab.go(url);
      await tab.go(`${server.webUrl}/files/?show=${name}`);
      await tab.has("dialog[open] .frame");
      await tab.evaluate(`Promise.all(["iframe", "img", "script", "object", "embed"].map((kind) =>
        new Promise((resolve) => {
          const element = document.createElement(kind);
          element.onload = element.onerror = resolve;
          setTimeout(resolve, 200);
          element[kind === "object" ? "data" : "src"] = ${JSON.stringify(url)};
          document.body.append(element);
        })))`);
      assertEquals(await tab.evaluate("document.title"), "Files", name);
    }
    // A request by one of them would have arrived before this one.
    await tab.evaluate(`fetch("/files/mine", { method: "PUT", body: "" }).then(() => true)`);
    const names = () => [...Deno.readDirSync(server.root)].map(({ name }) => name);
    assertEquals([names().includes("mine"), names().includes("stolen")], [true, false]);
    // It would have been seen: a script of the page itself succeeds.
    await tab.evaluate(`(() => { ${ATTACK} })()`);
    await server.event("transfer.end", { name: "stolen", result: "done" });
    assertEquals(await tab.evaluate("document.title"), "stolen");
    assertEquals(await Deno.readTextFile(`${server.root}/stolen`), "cookie: ");
  },
});

Deno.test({
  name: "hostile names are text in each view, and their files open by them",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await serverWithAna();
    const names = [
      `<img src=x onerror="document.title='stolen'">.txt`,
      `"><script>document.title='stolen'<\\script>.txt`,
      "javascript:document.title='stolen'",
      "a%2F..%2Fb?c#d.txt",
      "..;&lt;b&gt;",
      "\u202egnp.exe",
      "&#x2f;",
    ];
    for (const name of names) await Deno.writeTextFile(`${server.root}/${name}`, `in ${name}`);
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has(READY);
    const shown =
      `[...document.querySelectorAll("td.name a")].map((link) => link.textContent.trim())`;
    assertEquals((await tab.evaluate<string[]>(shown)).toSorted(), names.toSorted());
    for (const name of names) {
      const link = `[...document.querySelectorAll("td.name a")]
        .find((link) => link.textContent.trim() === ${JSON.stringify(name)}).href`;
      const content = await tab.evaluate(
        `fetch(new URL(${link}).searchParams.has("show")
          ? "/files/" + encodeURIComponent(${
          JSON.stringify(name)
        }) : ${link}).then((r) => r.text())`,
      );
      assertEquals(content, `in ${name}`);
    }
    await logIn(tab);
    for (const name of names) {
      await tab.evaluate(`[...document.querySelectorAll("tbody tr")].find((row) =>
        row.querySelector("td.name a").textContent.trim() === ${JSON.stringify(name)})
        .querySelector("input").click()`);
      await tab.press("Delete");
      await tab.until(`document.querySelector("dialog[open] h2").textContent
        .includes(${JSON.stringify(name)})`);
      await tab.press("Escape");
      await tab.until(`document.querySelector("dialog") === null`);
      await tab.press("Escape");
    }
    assertEquals(
      await tab.evaluate("[document.title, document.querySelectorAll('main img').length]"),
      [
        ...["Files", 0],
      ],
    );
  },
});
