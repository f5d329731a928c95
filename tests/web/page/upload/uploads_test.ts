/**
 * The commands about uploads against a real server, without a browser.
 */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../../../lib/auth/auth_database.ts";
import { Users } from "../../../../lib/auth/users.ts";
import { Api, ApiError } from "../../../../lib/web/page/api.ts";
import { Browser } from "../../../../lib/web/page/browser.ts";
import { parsePlace } from "../../../../lib/web/page/place.ts";
import type { Chosen, Item } from "../../../../lib/web/page/upload/item.ts";
import { UploadQueue } from "../../../../lib/web/page/upload/queue.ts";
import { Uploads } from "../../../../lib/web/page/upload/uploads.ts";
import { type WebServer, webServer } from "../../../../testing/web_server.ts";

const ADDRESS = { push: () => {}, replace: () => {}, back: () => {} };

/** Uploads into a folder of a server, whose transfers do what the test says. */
function uploadsAt(server: WebServer, send: (item: Item) => Promise<void>, url = "/files/") {
  let cookie = "";
  const api = new Api(async (url, init) => {
    const headers = { ...init?.headers, cookie, ...(init?.body && { origin: server.webUrl }) };
    const response = await server.fetch(url, { ...init, headers });
    cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return response;
  });
  const browser = new Browser(api, parsePlace(new URL(url, server.webUrl))!, ADDRESS);
  const memory = { add: () => {}, change: () => {}, remove: () => {} };
  const queue = new UploadQueue({ memory, send, discard: () => Promise.resolve() });
  return { browser, queue, uploads: new Uploads(browser, queue) };
}

function chosen(...paths: readonly string[]): Chosen[] {
  return paths.map((path) => ({ path, file: new File(["mine"], path.split("/").at(-1)!) }));
}

/** Waits until the browser is in a state. */
function until(browser: Browser, is: () => boolean): Promise<void> {
  if (is()) return Promise.resolve();
  return new Promise((resolve) => {
    const end = browser.watch(() => {
      if (!is()) return;
      end();
      resolve();
    });
  });
}

Deno.test("Uploads finds names that are taken, creates empty folders, and says what happens", async () => {
  await using server = await webServer();
  await Deno.mkdir(join(server.root, "d/sub"), { recursive: true });
  await Deno.writeTextFile(join(server.root, "d/sub/b"), "theirs");
  const sent: string[] = [];
  const { browser, queue, uploads } = uploadsAt(server, ({ path }) => {
    sent.push(path);
    return path === "d/bad" ? Promise.reject(new ApiError(403, "x", "")) : Promise.resolve();
  }, "/files/d/");
  await browser.load();
  const notices: string[] = [];
  browser.watch(({ notice }) => notices.at(-1) === notice || notices.push(notice));
  const files = chosen("a", "bad", "sub/b", "sub/c");
  await uploads.add({ files, emptyFolders: ["e/f/g", "sub"], unreadable: ["x"] });
  assertEquals((await Deno.stat(join(server.root, "d/e/f/g"))).isDirectory, true);
  const [asked] = [...queue.items.in("asking")];
  assertEquals([asked?.path, asked?.taken?.bytes], ["d/sub/b", 6]);
  await until(browser, () => browser.state.notice.includes("failed"));
  assertEquals(sent, ["d/a", "d/bad", "d/sub/c"]);
  assertEquals(notices.slice(-4), [
    ...["Reading…", "4 files are being uploaded", "1 item cannot be read"],
    "2 files were uploaded, 1 failed",
  ]);
  // The folder is listed again, with the new folder in it.
  await until(browser, () => browser.state.entries?.some(({ name }) => name === "e") ?? false);
});

Deno.test("Uploads takes nothing into a folder that the user may only read", async () => {
  await using server = await webServer({ anonymous: "read" });
  const { browser, queue, uploads } = uploadsAt(server, () => Promise.resolve());
  await browser.load();
  await until(browser, () => browser.state.session !== undefined);
  await uploads.add({ files: chosen("a"), emptyFolders: ["e"] });
  assertEquals(browser.state.notice, "You are not allowed to write to this folder");
  assertEquals([
    [...queue.items.all()].length,
    await Deno.stat(join(server.root, "e")).catch(() => 0),
  ], [
    ...[0, 0],
  ]);
});

Deno.test("Uploads of a user continue after the user has logged in again", async () => {
  await using server = await webServer({ anonymous: "none" });
  using database: DatabaseSync = openAuthDatabase(server.state);
  await new Users(database).add("ana", "write", "secret word");
  await new Users(database).add("bob", "write", "secret word");
  const sent = Promise.withResolvers<string>();
  let sends = 0;
  const { browser, queue, uploads } = uploadsAt(server, ({ path }) => {
    if (++sends === 1) return Promise.reject(new ApiError(401, "other_user", "ana"));
    sent.resolve(path);
    return Promise.resolve();
  });
  await browser.logIn("ana", "secret word");
  await until(browser, () => browser.state.session?.user === "ana");
  await uploads.add({ files: chosen("a"), emptyFolders: [] });
  await until(browser, () => queue.items.count("failed") === 1);
  await browser.logOut();
  await until(browser, () => browser.state.session?.user === "anonymous");
  await browser.logIn("bob", "secret word");
  await until(browser, () => browser.state.session?.user === "bob");
  assertEquals([sends, queue.items.count("failed")], [1, 1], "they are not those of another user");
  await browser.logIn("ana", "secret word");
  assertEquals(await sent.promise, "a");
});

Deno.test("Uploads gives files back to those that lost them, and names others", async () => {
  await using server = await webServer();
  const sent = Promise.withResolvers<string>();
  const { browser, queue, uploads } = uploadsAt(server, ({ id }) => {
    sent.resolve(id);
    return Promise.resolve();
  });
  const [mine] = chosen("d/a");
  const { size: bytes, lastModified } = mine!.file;
  const rest = { base: "/files/", path: "d/a", bytes, lastModified, sent: 0 } as const;
  queue.restore([[{ ...rest, id: "7", existing: "refuse", state: "sending" }, undefined]]);
  uploads.giveBack([...chosen("other"), mine!]);
  assertEquals(browser.state.notice, "other is not the file that was chosen before");
  assertEquals(await sent.promise, "7");
});
