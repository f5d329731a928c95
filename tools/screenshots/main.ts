/**
 * `deno task screenshots`: takes the pictures of the page in `docs/page`, with Chromium.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Users } from "../../lib/auth/users.ts";
import { type TestBrowser, testBrowser } from "../../testing/browser/browser.ts";
import type { LookOptions, Tab } from "../../testing/browser/tab.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { type WebServer, webServer } from "../../testing/web_server.ts";
import { chatScene } from "./chat_scene.ts";
import { ADMIN, operatorScene, PASSWORD } from "./operator_scene.ts";

const FOLDER = join(REPOSITORY, "docs/page");
const DESK = { width: 900, height: 560 };
const PHONE = { width: 390, height: 700, touch: true };
const LIST = "tbody a[tabindex='0']";

/** Names with their sizes in bytes; a folder ends with a slash. */
const ENTRIES: readonly (readonly [name: string, bytes: number])[] = [
  ["Documents/", 0],
  ["Holiday 2026/", 0],
  ["Música/", 0],
  ["backup.tar.gz", 7_340_032],
  ["beach 1.jpg", 2_411_724],
  ["beach 2.jpg", 1_992_294],
  ["beach 10.jpg", 3_040_870],
  ["concert.mp3", 9_122_611],
  ["harbour.mp4", 18_874_368],
  ["notes.md", 0],
  ["report.pdf", 482_344],
];

/** A picture: its name, how it looks, and the way to it. */
interface Picture {
  readonly name: string;
  readonly look: LookOptions;
  readonly path?: string;
  readonly steps?: (tab: Tab) => Promise<void>;
}

const PICTURES: readonly Picture[] = [
  { name: "list", look: DESK },
  { name: "selection-dark", look: { ...DESK, dark: true }, steps: selectTwo },
  { name: "phone", look: PHONE },
  { name: "phone-selection-dark", look: { ...PHONE, dark: true }, steps: selectTwo },
  { name: "preview", look: DESK, path: "?show=notes.md", steps: (tab) => tab.has("pre") },
  { name: "phone-share", look: PHONE, steps: share },
  { name: "phone-uploads-dark", look: { ...PHONE, dark: true }, steps: upload },
];

const OPERATOR_PICTURES: readonly Picture[] = [
  { name: "operator", look: { width: 1000, height: 640 } },
  { name: "operator-dark", look: { width: 1000, height: 640, dark: true } },
  { name: "phone-operator", look: { ...PHONE, height: 844 } },
];

const WIDE = { width: 1100, height: 640 };
const CHAT_PICTURES: readonly Picture[] = [
  { name: "chat", look: WIDE },
  { name: "chat-dark", look: { ...WIDE, dark: true } },
  { name: "phone-chat", look: PHONE, steps: (tab) => tab.click(".chat-button") },
];

async function selectTwo(tab: Tab): Promise<void> {
  for (const key of ["End", "ArrowUp", " ", "shift+ArrowUp"]) await tab.press(key);
  await tab.shows("2 selected");
}

async function share(tab: Tab): Promise<void> {
  await tab.click("tr:first-child td.check input");
  await tab.click("button[title=Share]");
  await tab.click("text=Make link");
  await tab.has("svg.qr");
}

async function upload(tab: Tab): Promise<void> {
  await tab.slowUploads(3_000_000);
  await tab.evaluate(`(() => {
    const piece = new Blob([new Uint8Array(2 ** 20)]);
    const transfer = new DataTransfer();
    const add = (name, pieces) => transfer.items.add(new File(Array(pieces).fill(piece), name));
    add("notes.md", 1);
    add("sunset.mp4", 90);
    add("guitar.flac", 30);
    for (let i = 11; i < 40; i++) add("beach " + i + ".jpg", 3);
    const field = document.querySelector("#choose-files");
    field.files = transfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  })()`);
  await tab.has("dialog[open] .versions");
  await tab.press("Escape");
  await tab.click(".uploads .title");
  const sent = `[...document.querySelectorAll(".uploads li.sending progress")]`;
  await tab.until(`${sent}.some(({ value }) => value > 8_000_000)`);
}

async function fill({ root, state }: WebServer): Promise<void> {
  for (const [name, bytes] of ENTRIES) {
    if (name.endsWith("/")) await Deno.mkdir(join(root, name));
    else await Deno.writeFile(join(root, name), new Uint8Array(bytes));
  }
  await Deno.writeTextFile(join(root, "notes.md"), "# Harbour\n\nBoats leave at 9:15 and 14:30.\n");
  let time = Date.parse("2026-06-12T18:30:00Z") / 1000;
  for (const [name] of ENTRIES) {
    await Deno.utime(join(root, name), time, time);
    time -= 90_000;
  }
  using database: DatabaseSync = openAuthDatabase(state);
  await new Users(database).add("ana", "write", PASSWORD);
}

/** Logs a page in, by a cookie that its scripts cannot read. */
async function logIn(tab: Tab, server: WebServer, user = "ana"): Promise<void> {
  await tab.go(`${server.webUrl}/login`);
  await tab.until(`document.forms.length === 1`);
  const body = `new URLSearchParams({ user: "${user}", password: "${PASSWORD}" })`;
  await tab.evaluate(`fetch("/login", { method: "POST", body: ${body} }).then(() => true)`);
}

async function save(name: string, tab: Tab): Promise<void> {
  await Deno.writeFile(join(FOLDER, `${name}.png`), await tab.picture());
  console.log(name);
}

async function chatPictures(browser: TestBrowser): Promise<void> {
  for (const { name, look, steps } of CHAT_PICTURES) {
    // Each begins with an empty chat.
    await using server = await webServer();
    await fill(server);
    const tab = await browser.open("about:blank", look);
    await logIn(tab, server);
    await using scene = await chatScene(server);
    await tab.go(`${server.webUrl}/files/`);
    await tab.has(LIST);
    await steps?.(tab);
    await scene.talk(tab, "ana");
    await save(name, tab);
  }
}

async function operatorPictures(browser: TestBrowser): Promise<void> {
  await using scene = await operatorScene();
  for (const { name, look } of OPERATOR_PICTURES) {
    const tab = await browser.open("about:blank", look);
    await logIn(tab, scene.server, ADMIN);
    await tab.go(`${scene.server.webUrl}/operator`);
    await tab.until(`document.querySelector("section.quotas progress[value]") !== null`);
    await save(name, tab);
  }
}

if (import.meta.main) {
  await Deno.mkdir(FOLDER, { recursive: true });
  await using server = await webServer();
  await fill(server);
  await using browser = await testBrowser();
  for (const { name, look, path = "", steps } of PICTURES) {
    const tab = await browser.open("about:blank", look);
    await logIn(tab, server);
    await tab.go(`${server.webUrl}/files/${path}`);
    await tab.has(LIST);
    await steps?.(tab);
    await save(name, tab);
  }
  await chatPictures(browser);
  await operatorPictures(browser);
}
