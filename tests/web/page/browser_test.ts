/**
 * The commands of the page against a real server, without a browser.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Users } from "../../../lib/auth/users.ts";
import { Api, ApiError } from "../../../lib/web/page/api.ts";
import { Browser } from "../../../lib/web/page/browser.ts";
import { type Entry, holderName, ordered } from "../../../lib/web/page/entry.ts";
import { child, parsePlace } from "../../../lib/web/page/place.ts";
import { toggled } from "../../../lib/web/page/selection.ts";
import { chosenEntries, type State, visibleEntries } from "../../../lib/web/page/state.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

/** A browser at a place of a server, and the URLs in its address bar. */
function browserAt(server: WebServer, url = "/files/") {
  const urls: string[] = [];
  let cookie = "";
  const api = new Api(async (url, init) => {
    const headers = { ...init?.headers, cookie, ...(init?.body && { origin: server.webUrl }) };
    const response = await server.fetch(url, { ...init, headers });
    cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return response;
  });
  const browser = new Browser(api, parsePlace(new URL(url, server.webUrl))!, {
    push: (url) => urls.push(`+${url}`),
    replace: (url) => urls.push(`=${url}`),
    back: () => urls.push("back"),
  });
  return { browser, urls };
}

/** Waits for a state of the browser. */
function state(browser: Browser, is: (state: State) => boolean): Promise<void> {
  if (is(browser.state)) return Promise.resolve();
  return new Promise((resolve) => {
    const end = browser.watch((state) => {
      if (!is(state)) return;
      end();
      resolve();
    });
  });
}

function namesOf({ state }: Browser): string {
  return visibleEntries(state).map(({ name }) => name).join(" ");
}

function entry({ state: { entries } }: Browser, name: string): Entry {
  return entries!.find((entry) => entry.name === name)!;
}

Deno.test("Browser goes to folders and back, and the address bar follows", async () => {
  await using server = await webServer();
  await Deno.mkdir(`${server.root}/d e/f`, { recursive: true });
  await Deno.writeTextFile(`${server.root}/a.txt`, "1");
  await Deno.writeTextFile(`${server.root}/b.txt`, "12");
  const { browser, urls } = browserAt(server);
  await browser.load();
  assertEquals([namesOf(browser), browser.state.notice], ["d e a.txt b.txt", "Files: 3 items"]);
  browser.order({ sort: "size", descending: true });
  browser.change({ do: "select", selection: toggled(browser.state.selection, "a.txt") });
  assertEquals(namesOf(browser), "d e b.txt a.txt");
  browser.change({ do: "filter", filter: "TXT" });
  assertEquals(namesOf(browser), "b.txt a.txt");
  await browser.open(child(browser.state.place, "d e"));
  assertEquals([namesOf(browser), browser.state.filter, browser.state.selection.names.size], [
    ...["f", "", 0],
  ]);
  await browser.openParent();
  assertEquals(urls, [
    ...["=/files/?sort=size&order=desc", "+/files/d%20e/?sort=size&order=desc"],
    "+/files/?sort=size&order=desc",
  ]);
  assertEquals(namesOf(browser), "d e b.txt a.txt");
});

Deno.test("Browser shows a file over its folder, and closes it as the history wants", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(`${server.root}/a.txt`, "1");
  const { browser, urls } = browserAt(server, "/files/?show=a.txt");
  await browser.load();
  browser.closeShown();
  assertEquals([browser.state.place.shown, urls], [undefined, ["=/files/"]]);
  await browser.open({ ...browser.state.place, shown: "a.txt" });
  browser.showInstead("b.txt");
  browser.closeShown();
  assertEquals(urls.slice(1), ["+/files/?show=a.txt", "=/files/?show=b.txt", "back"]);
});

Deno.test("Browser creates, renames, moves and deletes, and says so", async () => {
  await using server = await webServer();
  for (const name of ["a", "b", "c"]) await Deno.writeTextFile(`${server.root}/${name}`, name);
  const { browser } = browserAt(server);
  await browser.load();
  await browser.createFolder("d#1");
  assertEquals([namesOf(browser), browser.state.notice], ["d#1 a b c", "d#1 was created"]);
  await browser.rename(entry(browser, "a"), "a ä");
  assertEquals([namesOf(browser), browser.state.notice], ["d#1 a ä b c", "a is now a ä"]);
  const from = browser.state.place;
  const entries = [entry(browser, "a ä"), entry(browser, "b")];
  browser.change({ do: "move", moving: { from, entries } });
  await browser.open(child(from, "d#1"));
  await browser.moveHere();
  assertEquals([namesOf(browser), browser.state.notice], ["a ä b", "2 items were moved"]);
  assertEquals(browser.state.moving, undefined);
  await browser.openParent();
  await browser.remove([entry(browser, "d#1"), entry(browser, "c")]);
  assertEquals([namesOf(browser), browser.state.notice], ["", "2 items were deleted"]);
  const left = [...Deno.readDirSync(server.root)].map(({ name }) => name);
  assertEquals(left.filter((name) => !name.startsWith(".")), []);
});

Deno.test("Browser says what failed, and why, and shows what is there", async () => {
  await using server = await webServer();
  for (const name of ["a", "b"]) await Deno.writeTextFile(`${server.root}/${name}`, name);
  const { browser } = browserAt(server);
  await browser.load();
  const a = entry(browser, "a");
  await browser.rename(a, "b");
  const taken = "Something with this name exists, or someone else has locked it";
  assertEquals(browser.state.notice, `a: ${taken}`);
  assertEquals(await Deno.readTextFile(`${server.root}/b`), "b");
  await browser.createFolder("a");
  assertEquals(browser.state.notice, `a: ${taken}`);
  await Deno.remove(`${server.root}/a`);
  await browser.remove([a]);
  assertEquals([namesOf(browser), browser.state.notice], ["b", "a: It does not exist"]);
  await using remote = await server.connect();
  await remote.files.lease("b", { ttlMs: 60_000 });
  await browser.load();
  assertEquals(holderName(entry(browser, "b").lock!), "anonymous");
  await browser.remove([entry(browser, "b")]);
  assertEquals(browser.state.notice, `b: ${taken}`);
});

Deno.test("Browser logs in and out, and lists what the user may see", async () => {
  await using server = await webServer({ anonymous: "none" });
  using database: DatabaseSync = openAuthDatabase(server.state);
  await new Users(database).add("ana", "read", "secret word");
  const { browser } = browserAt(server);
  await browser.load();
  await state(browser, ({ session }) => session?.anonymous === true);
  assertEquals((browser.state.error as ApiError).status, 401);
  const wrong = await assertRejects(() => browser.logIn("ana", "wrong"), ApiError);
  assertEquals(wrong.message, "Wrong user or password");
  await browser.logIn("ana", "secret word");
  await state(browser, ({ session }) => session?.user === "ana");
  const { error, entries, session } = browser.state;
  assertEquals([error, entries, session?.canWrite], [undefined, [], false]);
  await browser.logOut();
  await state(browser, ({ session }) => session?.anonymous === true);
  assertEquals((browser.state.error as ApiError).status, 401);
});

Deno.test("a slow answer for a folder does not replace the one that was opened after it", async () => {
  const answers: PromiseWithResolvers<Response>[] = [];
  const api = new Api((url) => {
    if (url.startsWith("/session")) return Promise.reject(new TypeError("offline"));
    return (answers[answers.length] = Promise.withResolvers<Response>()).promise;
  });
  const address = { push: () => {}, replace: () => {}, back: () => {} };
  const browser = new Browser(api, parsePlace(new URL("http://box/files/a/"))!, address);
  const list = (name: string) => Response.json([{ name, type: "file", bytes: 0, mtime: "" }]);
  const first = browser.load();
  const second = browser.open(parsePlace(new URL("http://box/files/b/"))!);
  answers[1]!.resolve(list("of b"));
  answers[0]!.resolve(list("of a"));
  await Promise.all([first, second]);
  assertEquals(namesOf(browser), "of b");
  const third = browser.load();
  answers[2]!.reject(new TypeError("offline"));
  await third;
  assertEquals([(browser.state.error as ApiError).code, browser.state.entries], [
    ...["network", undefined],
  ]);
});

Deno.test("commands apply to the selection, else to where the keyboard is", async () => {
  await using server = await webServer();
  for (const name of ["a", "b", "c"]) await Deno.writeTextFile(`${server.root}/${name}`, name);
  const { browser } = browserAt(server);
  await browser.load();
  const names = () => ordered(chosenEntries(browser.state), browser.state.place);
  browser.change({ do: "select", selection: { names: new Set(), cursor: "b" } });
  assertEquals(names().map(({ name }) => name), ["b"]);
  browser.change({ do: "select", selection: { names: new Set(["a", "c"]), cursor: "b" } });
  assertEquals(names().map(({ name }) => name), ["a", "c"]);
});
