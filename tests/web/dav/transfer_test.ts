import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { BLOCK_BYTES, SMALL_FILE_BYTES } from "../../../lib/base/limits.ts";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import type { Rule } from "../../../lib/auth/policy.ts";
import { Rules } from "../../../lib/auth/rules.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { davRequest, described } from "../../../testing/dav.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

/** Sends `COPY` or `MOVE` with a destination; returns the status. */
async function send(
  server: WebServer,
  method: string,
  from: string,
  to: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const answer = await davRequest(server, method, from, {
    headers: { destination: to, ...headers },
  });
  await answer.text();
  return answer.status;
}

/** The names and contents of files below a folder of the server. */
async function tree(server: WebServer, dir = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(join(server.root, dir))) {
    if (name.startsWith(".ft")) continue;
    const path = dir === "" ? name : `${dir}/${name}`;
    if (isDirectory) Object.assign(found, { [`${path}/`]: "" }, await tree(server, path));
    else found[path] = await Deno.readTextFile(join(server.root, path));
  }
  return found;
}

async function fill(server: WebServer, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const at = join(server.root, path);
    await Deno.mkdir(join(at, path.endsWith("/") ? "." : ".."), { recursive: true });
    if (!path.endsWith("/")) await Deno.writeTextFile(at, text);
  }
}

Deno.test("COPY of a file keeps its content, time and permission bits", async () => {
  await using server = await webServer();
  const content = sampleBytes(3 * BLOCK_BYTES + 7);
  for (const [name, bytes] of [["big", content], ["small", content.subarray(0, 10)]] as const) {
    const at = join(server.root, name);
    await Deno.writeFile(at, bytes, { mode: 0o744 });
    await Deno.utime(at, 1e9, 1e9);
    assertEquals(await send(server, "COPY", `/files/${name}`, `/files/${name}2`), 201);
    assertEquals(await fileSha256(`${at}2`), sha256(bytes));
    const { mtime, mode } = await Deno.stat(`${at}2`);
    assertEquals([mtime!.getTime(), (mode! & 0o777).toString(8)], [1e12, "744"]);
  }
});

Deno.test("COPY and MOVE replace what is there, unless they must not", async () => {
  await using server = await webServer();
  const before = { a: "a", b: "b", "d/": "", "d/x": "x", "e/": "", "e/y": "y" };
  for (const method of ["COPY", "MOVE"]) {
    const moved = (rest: Record<string, string>, ...sources: string[]) =>
      method === "COPY" ? rest : Object.fromEntries(
        Object.entries(rest).filter(([name]) => !sources.includes(name)),
      );
    for (const to of ["b", "d", "d/"]) {
      await fill(server, before);
      const kept = await send(server, method, "/files/a", `/files/${to}`, { overwrite: "F" });
      assertEquals([kept, await tree(server)], [412, before], to);
    }
    assertEquals(await send(server, method, "/files/a", "/files/b", { overwrite: "T" }), 204);
    assertEquals(await tree(server), moved({ ...before, b: "a" }, "a"));
    await fill(server, before);
    // A folder is replaced, and not merged.
    assertEquals(await send(server, method, "/files/d/", "/files/e/"), 204);
    const { "e/y": _, ...rest } = before;
    assertEquals(await tree(server), moved({ ...rest, "e/x": "x" }, "d/", "d/x"));
    await fill(server, before);
    assertEquals(await send(server, method, "/files/a", "/files/e"), 204);
    assertEquals((await tree(server)).e, "a");
    await Deno.remove(join(server.root, "e"));
    await fill(server, before);
    assertEquals(await send(server, method, "/files/d", "/files/b"), 204);
    assertEquals((await tree(server))["b/x"], "x");
    for (const name of ["b", "d", "e"]) {
      await Deno.remove(join(server.root, name), { recursive: true }).catch(() => {});
    }
  }
});

Deno.test("COPY copies a folder with everything below it, and with depth 0 without", async () => {
  await using server = await webServer();
  const names = Array.from({ length: 600 }, (_, i) => [`d/e/${i}`, `${i}`]);
  const content = { "d/e/": "", "d/f/g/": "", "d/f/g/h": "h", ...Object.fromEntries(names) };
  await fill(server, content);
  await Deno.writeFile(join(server.root, "d/large"), sampleBytes(SMALL_FILE_BYTES + 1));
  const source = await tree(server, "d");
  assertEquals(await send(server, "COPY", "/files/d/", "/files/c/"), 201);
  const copy = await tree(server, "c");
  assertEquals(
    Object.fromEntries(Object.entries(copy).map(([path, text]) => [path.replace("c", "d"), text])),
    source,
  );
  assertEquals(await send(server, "COPY", "/files/d", "/files/s", { depth: "0" }), 201);
  assertEquals(await tree(server, "s"), {});
  assertEquals(await send(server, "COPY", "/files/d", "/files/t", { depth: "1" }), 400);
  assertEquals(await send(server, "MOVE", "/files/d", "/files/t", { depth: "0" }), 400);
});

Deno.test("COPY and MOVE refuse a target that is, contains or is within the source", async () => {
  await using server = await webServer();
  await fill(server, { "a": "a", "d/e/": "", "d/e/f": "f" });
  const before = await tree(server);
  for (const method of ["COPY", "MOVE"]) {
    for (
      const [from, to] of [
        ["a", "a"],
        ["d", "d/"],
        ["d", "d/e"],
        ["d", "d/new"],
        ["d/e", "d"],
        ["d/e/f", "d"],
        ["d", ""],
        ["", "a"],
      ]
    ) {
      const status = await send(server, method, `/files/${from}`, `/files/${to}`);
      assertEquals(status, 403, `${method} ${from} ${to}`);
    }
  }
  assertEquals(await tree(server), before);
});

Deno.test("COPY and MOVE check the Destination", async () => {
  await using server = await webServer();
  await fill(server, { a: "a" });
  const origin = server.webUrl;
  const { port } = new URL(origin);
  const statuses: Record<string, number> = {
    [`${origin}/files/b`]: 201,
    // A proxy has added TLS.
    [`https://127.0.0.1:${port}/files/c`]: 201,
    "/files/d": 201,
    "/files/no/where": 409,
    "http://example.org/files/e": 502,
    [`http://127.0.0.1:${Number(port) + 1}/files/e`]: 502,
    [`http://ana@127.0.0.1:${port}/files/e`]: 400,
    "/files/../e": 403,
    "/files/%2e%2e/e": 403,
    "/files/d/%2E./../../e": 403,
    "/files/e%2Ff": 400,
    "/files/e%00f": 403,
    "/files/e%": 400,
    "/files/%ff": 400,
    "/files/.ftserver/x": 403,
    "/e": 403,
    "/files": 403,
    "/s/token/e": 403,
    "files/e": 400,
    "": 400,
    "/files/e?f": 400,
    "/files/e#f": 400,
    "//example.org/files/e": 403,
    "ftp://127.0.0.1/files/e": 400,
  };
  for (const method of ["COPY", "MOVE"]) {
    for (const [to, status] of Object.entries(statuses)) {
      await fill(server, { a: "a" });
      for (const name of ["b", "c", "d"]) {
        await Deno.remove(join(server.root, name)).catch(() => {});
      }
      assertEquals(await send(server, method, "/files/a", to), status, `${method} ${to}`);
    }
    const without = await davRequest(server, method, "/files/a");
    await without.text();
    assertEquals(without.status, 400);
    assertEquals(await send(server, method, "/files/a", "/files/z", { overwrite: "maybe" }), 400);
    assertEquals(await send(server, method, "/files/none", "/files/z"), 404);
    assertEquals(await send(server, method, "/files/a/", "/files/z"), 404);
  }
});

Deno.test("COPY and MOVE heed preconditions about the source", async () => {
  await using server = await webServer();
  await fill(server, { a: "a" });
  const head = await server.fetch("/files/a", { method: "HEAD" });
  const tag = head.headers.get("etag")!;
  for (const method of ["COPY", "MOVE"]) {
    const wrong = { "if-match": '"other"' };
    assertEquals(await send(server, method, "/files/a", "/files/b", wrong), 412);
  }
  assertEquals(await send(server, "MOVE", "/files/a", "/files/b", { "if-match": tag }), 201);
});

Deno.test("COPY and MOVE over a lock of another user are 423, and change nothing", async () => {
  await using server = await webServer();
  await fill(server, { a: "a", b: "b", "d/x": "x", "e/y": "y" });
  const before = await tree(server);
  await using remote = await server.connect();
  for (const path of ["b", "e/y"]) await remote.files.lease(path, { ttlMs: 60_000 });
  for (const method of ["COPY", "MOVE"]) {
    assertEquals(await send(server, method, "/files/a", "/files/b"), 423);
    assertEquals(await send(server, method, "/files/d", "/files/e"), 423);
  }
  assertEquals(await send(server, "MOVE", "/files/b", "/files/z"), 423);
  assertEquals(await send(server, "COPY", "/files/b", "/files/z"), 201);
  await Deno.remove(join(server.root, "z"));
  assertEquals(await tree(server), before);
});

/** Adds a rule for everybody. */
function rule(server: WebServer, rule: Omit<Rule, "id" | "subject">): void {
  using database = openAuthDatabase(server.state);
  new Rules(database).add({ subject: "*", ...rule });
}

Deno.test("COPY counts against the quota of the target", async () => {
  await using server = await webServer();
  rule(server, { effect: "quota", actions: [], path: "q", bytes: 100 });
  await fill(server, { a: "x".repeat(60), "q/b": "y".repeat(50), "d/c": "z".repeat(40) });
  assertEquals(await send(server, "COPY", "/files/a", "/files/q/a"), 507);
  assertEquals(await send(server, "COPY", "/files/a", "/files/q/b"), 204);
  assertEquals(await send(server, "COPY", "/files/d", "/files/q/d"), 201);
});

Deno.test("a copy or removal of which a part fails names each part", async () => {
  await using server = await webServer();
  await fill(server, { "d/a": "a", "d/secret/b&c": "b", "d/e": "e" });
  rule(server, { effect: "deny", actions: ["read"], path: "d/secret" });
  const copy = await davRequest(server, "COPY", "/files/d", {
    headers: { destination: "/files/c" },
  });
  assertEquals(await described(copy), { "/files/d/secret/b%26c": { "": "403" } });
  assertEquals(Object.keys(await tree(server, "c")).sort(), ["c/a", "c/e", "c/secret/"]);
});

Deno.test("MOVE keeps the old file if it cannot replace it", async () => {
  await using server = await webServer();
  await fill(server, { a: "a", b: "b" });
  rule(server, { effect: "deny", actions: ["remove"], path: "b" });
  const answer = await davRequest(server, "MOVE", "/files/a", {
    headers: { destination: "/files/b" },
  });
  assertMatch(await answer.text(), /not allowed to remove: b/);
  assertEquals(await tree(server), { a: "a", b: "b" });
});

Deno.test("a page of another site can neither copy nor move", async () => {
  await using server = await webServer();
  await fill(server, { a: "a" });
  for (const method of ["COPY", "MOVE", "PROPPATCH"]) {
    const foreign = { origin: "http://evil.example" };
    assertEquals(await send(server, method, "/files/a", "/files/b", foreign), 403);
  }
});
