import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Rules } from "../../../lib/auth/rules.ts";
import { MAX_FILE_PROPERTIES, MAX_PROPERTY_CHARS } from "../../../lib/base/limits.ts";
import { davRequest, described } from "../../../testing/dav.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

type Facts = Readonly<Record<string, string>>;

/** Sends changes, each `<set>` or `<remove>` with properties. */
function patch(server: WebServer, path: string, changes: string): Promise<Response> {
  const body = `<?xml version="1.0"?><D:propertyupdate xmlns:D="DAV:" xmlns:Z="urn:schemas-` +
    `microsoft-com:" xmlns="u:">${changes}</D:propertyupdate>`;
  return davRequest(server, "PROPPATCH", path, { body });
}

function set(...properties: readonly string[]): string {
  return `<D:set><D:prop>${properties.join("")}</D:prop></D:set>`;
}

async function patched(server: WebServer, path: string, changes: string): Promise<Facts> {
  return (await described(await patch(server, path, changes)))[path]!;
}

/** The properties of a path that are not computed. */
async function deadOf(server: WebServer, path: string): Promise<Facts> {
  const body = `<propfind xmlns="DAV:"><allprop/></propfind>`;
  const answer = await davRequest(server, "PROPFIND", path, { headers: { depth: "0" }, body });
  const [all] = Object.values(await described(answer));
  const live = /^(resourcetype|displayname|supportedlock|lockdiscovery|get\w+)$/;
  return Object.fromEntries(Object.entries(all!).filter(([name]) => !live.test(name)));
}

async function status(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.text();
  return response.status;
}

Deno.test("PROPPATCH stores properties, as XML, of files and folders", async () => {
  await using server = await webServer();
  await Deno.mkdir(join(server.root, "d"));
  await Deno.writeTextFile(join(server.root, "a"), "");
  const value = `<author xml:lang="en" D:x="&lt;&quot;">A &amp; <b xmlns="v:">B</b></author>`;
  for (const path of ["/files/a", "/files/d/", "/files/"]) {
    assertEquals(await patched(server, path, set(value, "<empty/>")), {
      ...{ author: "200", empty: "200" },
    });
    assertEquals(await deadOf(server, path), { author: "200 <b>A &", empty: "200" });
    const text = await (await davRequest(server, "PROPFIND", path, {
      headers: { depth: "0" },
      body: `<propfind xmlns="DAV:"><prop><author xmlns="u:"/><none xmlns="u:"/></prop></propfind>`,
    })).text();
    const stored = `<author xmlns="u:" xmlns:D="DAV:" xml:lang="en" D:x="&lt;&quot;">` +
      `A &amp; <b xmlns="v:">B</b></author>`;
    assertStringIncludes(text, stored);
    assertStringIncludes(text, `<none xmlns="u:"/></D:prop><D:status>HTTP/1.1 404 Not Found`);
  }
  const names = `<propfind xmlns="DAV:"><propname/></propfind>`;
  const answer = await davRequest(server, "PROPFIND", "/files/a", {
    headers: { depth: "0" },
    body: names,
  });
  assertEquals((await described(answer))["/files/a"]!.author, "200");
});

Deno.test("PROPPATCH obeys the order of its changes, and keeps the language around a value", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a"), "");
  const remove = "<D:remove><D:prop><x/></D:prop></D:remove>";
  await patched(server, "/files/a", set("<x>1</x>") + remove + set("<y>2</y>"));
  assertEquals(await deadOf(server, "/files/a"), { y: "200 2" });
  const language = `<D:set xml:lang="de"><D:prop><y>3</y></D:prop></D:set>`;
  await patched(server, "/files/a", remove + set("<x>1</x>") + language);
  assertEquals(await deadOf(server, "/files/a"), { x: "200 1", y: "200 3" });
  const answer = await davRequest(server, "PROPFIND", "/files/a", { headers: { depth: "0" } });
  assertStringIncludes(await answer.text(), `xml:lang="de">3</y>`);
});

Deno.test("PROPPATCH changes all properties or none", async () => {
  await using server = await webServer();
  await Deno.writeTextFile(join(server.root, "a"), "content");
  const date = "<D:getlastmodified>Sun, 09 Sep 2001 01:46:40 GMT</D:getlastmodified>";
  const before = (await Deno.stat(join(server.root, "a"))).mtime!;
  const cases: Record<string, readonly [string, Facts]> = {
    "a computed one": ["<D:getetag>x</D:getetag>", { getetag: "403" }],
    "an invalid time": ["<D:getlastmodified>now</D:getlastmodified>", { getlastmodified: "409" }],
    "one that is too large": [`<big>${"x".repeat(MAX_PROPERTY_CHARS)}</big>`, { big: "507" }],
  };
  for (const [what, [property, expected]] of Object.entries(cases)) {
    const others = property.includes("getlastmodified") ? ["<x/>"] : ["<x/>", date];
    const facts = await patched(server, "/files/a", set(...others, property));
    const failed = property.includes("getlastmodified") ? { x: "424" } : {
      ...{ x: "424", getlastmodified: "424" },
    };
    assertEquals(facts, { ...failed, ...expected }, what);
  }
  const half = MAX_FILE_PROPERTIES / 2 + 1;
  const many = (name: string) => Array.from({ length: half }, (_, i) => `<${name}${i}/>`);
  await patched(server, "/files/a", set(...many("m")));
  const tooMany = await patched(server, "/files/a", set(date, ...many("n")));
  assertEquals([...new Set(Object.values(tooMany))], ["507"]);
  assertEquals(Object.keys(await deadOf(server, "/files/a")).length, half);
  assertEquals((await Deno.stat(join(server.root, "a"))).mtime, before);
});

Deno.test("PROPPATCH sets the time of a file, as Explorer does after an upload", async () => {
  await using server = await webServer();
  const put = await server.fetch("/files/a", { method: "PUT", body: "content" });
  await put.text();
  const win32 = {
    Win32CreationTime: "Sat, 08 Sep 2001 01:46:40 GMT",
    Win32LastAccessTime: "Sun, 09 Sep 2001 01:46:41 GMT",
    Win32LastModifiedTime: "Sun, 09 Sep 2001 01:46:40 GMT",
    Win32FileAttributes: "00000020",
  };
  const sent = Object.entries(win32).map(([name, value]) => `<Z:${name}>${value}</Z:${name}>`);
  const facts = await patched(server, "/files/a", set(...sent));
  assertEquals(facts, Object.fromEntries(Object.keys(win32).map((name) => [name, "200"])));
  assertEquals((await Deno.stat(join(server.root, "a"))).mtime!.getTime(), 1e12);
  const body = `<propfind xmlns="DAV:"><prop><getlastmodified/>${
    Object.keys(win32).map((name) => `<${name} xmlns="urn:schemas-microsoft-com:"/>`).join("")
  }</prop></propfind>`;
  const answer = await davRequest(server, "PROPFIND", "/files/a", {
    headers: { depth: "0" },
    body,
  });
  assertEquals((await described(answer))["/files/a"], {
    getlastmodified: `200 ${win32.Win32LastModifiedTime}`,
    ...Object.fromEntries(Object.entries(win32).map(([name, value]) => [name, `200 ${value}`])),
  });
  // The content is the same, and so is its tag.
  assertEquals(
    await status(server.fetch("/files/a", { headers: { "if-match": put.headers.get("etag")! } })),
    200,
  );
});

Deno.test("properties follow copies and moves through any protocol, and go with their file", async () => {
  await using server = await webServer();
  await using remote = await server.connect();
  await remote.files.mkdir("d");
  for (const path of ["a", "d/b"]) {
    await status(server.fetch(`/files/${path}`, { method: "PUT", body: path }));
    await patched(server, `/files/${path}`, set(`<own>${path}</own>`));
  }
  await patched(server, "/files/d/", set("<own>d</own>"));
  const owns = async (...paths: readonly string[]) =>
    await Promise.all(paths.map(async (path) => (await deadOf(server, `/files/${path}`)).own));
  const to = (path: string) => ({ headers: { destination: `/files/${path}` } });
  await status(davRequest(server, "COPY", "/files/d/", to("e/")));
  await status(davRequest(server, "COPY", "/files/a", to("c")));
  assertEquals(await owns("d/", "d/b", "e/", "e/b", "a", "c"), [
    ...["200 d", "200 d/b", "200 d", "200 d/b", "200 a", "200 a"],
  ]);
  await status(davRequest(server, "MOVE", "/files/e/", to("f")));
  await status(davRequest(server, "MOVE", "/files/a", to("f/b")));
  await remote.files.move("f", "g");
  assertEquals(await owns("g/", "g/b"), ["200 d", "200 a"]);
  // New content is the same file; a new file is another one.
  await status(server.fetch("/files/g/b", { method: "PUT", body: "new" }));
  assertEquals(await owns("g/b"), ["200 a"]);
  await remote.files.remove("g", { recursive: true });
  await Deno.remove(join(server.root, "c"));
  await status(davRequest(server, "MKCOL", "/files/g/"));
  for (const path of ["g/b", "c"]) {
    await status(server.fetch(`/files/${path}`, { method: "PUT", body: "new" }));
  }
  assertEquals(await owns("g/", "g/b", "c"), [undefined, undefined, undefined]);
});

Deno.test("properties are there after a restart", async () => {
  await using dir = await tempDir();
  const folders = { root: dir.join("root"), state: dir.join("state") };
  {
    await using first = await webServer(folders);
    await Deno.writeTextFile(join(first.root, "a"), "");
    await patched(first, "/files/a", set("<x>1</x>"));
  }
  await using second = await webServer(folders);
  assertEquals(await deadOf(second, "/files/a"), { x: "200 1" });
});

Deno.test("PROPPATCH needs the rights of an upload, and heeds locks and preconditions", async () => {
  await using server = await webServer();
  {
    using database = openAuthDatabase(server.state);
    const rules = new Rules(database);
    rules.add({ subject: "*", effect: "deny", actions: ["write"], path: "kept" });
    rules.add({ subject: "*", effect: "deny", actions: ["read"], path: "secret" });
  }
  for (const name of ["a", "kept"]) await Deno.writeTextFile(join(server.root, name), "");
  await patched(server, "/files/a", set("<x>1</x>"));
  const to = { headers: { destination: "/files/secret" } };
  assertEquals(await status(davRequest(server, "COPY", "/files/a", to)), 201);
  assertEquals(await deadOf(server, "/files/secret"), {}, "properties say what content does");
  const listing = await davRequest(server, "PROPFIND", "/files/", { headers: { depth: "1" } });
  const listed = await described(listing);
  assertEquals([listed["/files/a"]!.x, listed["/files/secret"]!.x], ["200 1", undefined]);
  assertEquals(await status(patch(server, "/files/kept", set("<x/>"))), 401);
  assertEquals(await status(patch(server, "/files/secret", set("<x/>"))), 401);
  assertEquals(await status(patch(server, "/files/none", set("<x/>"))), 404);
  await using remote = await server.connect();
  await remote.files.lease("a", { ttlMs: 60_000 });
  assertEquals(await status(patch(server, "/files/a", set("<x>2</x>"))), 423);
  await remote.files.release("a");
  const headers = { "if-match": '"other"' };
  const body = `<D:propertyupdate xmlns:D="DAV:">${set("<x/>")}</D:propertyupdate>`;
  assertEquals(await status(davRequest(server, "PROPPATCH", "/files/a", { headers, body })), 412);
  assertEquals(await deadOf(server, "/files/a"), { x: "200 1" });
  const changed = server.logged("name", "op").filter(([event, , op]) =>
    event === "properties.changed" || op === "change"
  );
  assertEquals(changed, [
    ["properties.changed", "a", undefined],
    ...["kept", "secret", "a"].map((name) => ["request.refused", name, "change"]),
  ]);
});

Deno.test("PROPPATCH refuses a body that it cannot understand, and a flood", async () => {
  await using server = await webServer();
  const bodies: Record<string, readonly [string | undefined, number]> = {
    "no body": [undefined, 400],
    "no XML": ["x", 400],
    "another document": [`<D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>`, 400],
    "no change": [`<D:propertyupdate xmlns:D="DAV:"/>`, 400],
    "a document type": [`<!DOCTYPE a []><D:propertyupdate xmlns:D="DAV:"/>`, 400],
  };
  for (const [what, [body, expected]] of Object.entries(bodies)) {
    assertEquals(
      await status(davRequest(server, "PROPPATCH", "/files/", { body })),
      expected,
      what,
    );
  }
  const flood = set(...Array.from({ length: MAX_FILE_PROPERTIES + 1 }, (_, i) => `<n${i}/>`));
  assertEquals(await status(patch(server, "/files/", flood)), 413);
  assertEquals(await status(patch(server, "/files/", set("<n/>".repeat(20_000)))), 413);
  const deep = set("<n>".repeat(40) + "</n>".repeat(40));
  assertEquals(await status(patch(server, "/files/", deep)), 413);
  assertEquals(await deadOf(server, "/files/"), {});
});

Deno.test("PROPFIND says how much room a quota has, to those who may know", async () => {
  await using server = await webServer();
  await Deno.mkdir(join(server.root, "q/d"), { recursive: true });
  await Deno.writeTextFile(join(server.root, "q/a"), "x".repeat(30));
  {
    using database = openAuthDatabase(server.state);
    const quota = { subject: "*", effect: "quota", actions: [], path: "q", bytes: 100 } as const;
    new Rules(database).add({ ...quota });
  }
  const body = `<propfind xmlns="DAV:"><prop><quota-available-bytes/><quota-used-bytes/></prop>` +
    `</propfind>`;
  const answer = await davRequest(server, "PROPFIND", "/files/q", {
    headers: { depth: "1" },
    body,
  });
  const none = { "quota-available-bytes": "404", "quota-used-bytes": "404" };
  const room = { "quota-available-bytes": "200 70", "quota-used-bytes": "200 30" };
  assertEquals(await described(answer), {
    "/files/q/": room,
    "/files/q/d/": room,
    "/files/q/a": none,
  });
  const all = await davRequest(server, "PROPFIND", "/files/q", { headers: { depth: "0" } });
  assertEquals((await all.text()).includes("quota"), false);
  const above = await davRequest(server, "PROPFIND", "/files/", { headers: { depth: "0" }, body });
  assertEquals(await described(above), { "/files/": none });
});
