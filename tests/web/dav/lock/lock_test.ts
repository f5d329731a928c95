import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import {
  MAX_LEASE_TTL_MS,
  MAX_LEASES_PER_HOLDER,
  MAX_LOCK_OWNER_CHARS,
} from "../../../../lib/base/limits.ts";
import { rootOf } from "../../../../lib/blocks/manifest.ts";
import { smallFile } from "../../../../lib/blocks/small_file_digest.ts";
import { codeOf } from "../../../../testing/code_of.ts";
import { DavClient } from "../../../../testing/dav_locks.ts";
import { described } from "../../../../testing/dav.ts";
import { FakeTime } from "../../../../testing/fake_time.ts";
import { type WebServer, webServer } from "../../../../testing/web_server.ts";

async function scene(): Promise<WebServer & { dav: DavClient }> {
  const server = await webServer();
  await Deno.mkdir(join(server.root, "d/e"), { recursive: true });
  for (const name of ["a", "d/a", "d/e/a"]) await Deno.writeTextFile(join(server.root, name), "1");
  return Object.assign(server, { dav: new DavClient(server) });
}

Deno.test("LOCK answers with token, scope, depth, owner, timeout and root; UNLOCK ends it", async () => {
  await using at = await scene();
  const owner = '<x:name xmlns:x="urn:x" a="&lt;">Ana &amp; Bo</x:name>';
  const wish = { owner, timeout: "Second-100", depth: "0" } as const;
  const { status, headers, text } = await at.dav.ask("/files/d/a", wish);
  const token = headers.get("lock-token")!;
  assertEquals(status, 200);
  assertMatch(
    token,
    /^<urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>$/,
  );
  assertMatch(headers.get("content-type")!, /^application\/xml/);
  const parts = [
    "<D:lockscope><D:exclusive/></D:lockscope>",
    "<D:locktype><D:write/></D:locktype>",
    "<D:depth>0</D:depth>",
    `<D:owner>${owner}</D:owner>`,
    "<D:timeout>Second-100</D:timeout>",
    `<D:locktoken><D:href>${token.slice(1, -1)}</D:href></D:locktoken>`,
    "<D:lockroot><D:href>/files/d/a</D:href></D:lockroot>",
  ];
  for (const part of parts) assert(text.includes(part), `${part} in ${text}`);
  const found = await at.dav.send("PROPFIND", "/files/d/a", { headers: { depth: "0" } });
  assert(found.text.includes(parts.join("")), found.text);
  assertEquals(await at.dav.status("PUT", "/files/d/a", { body: "2" }), 423);
  assertEquals(await at.dav.unlock("/files/d/a", token.slice(1, -1)), 204);
  assertEquals(await at.dav.unlock("/files/d/a", token.slice(1, -1)), 409);
  assertEquals(await at.dav.status("PUT", "/files/d/a", { body: "2" }), 204);
});

Deno.test("a lock of a folder covers everything in it, and what is created there", async () => {
  await using at = await scene();
  const { dav } = at;
  const token = await dav.lock("/files/d/", { depth: "infinity" });
  const changes: readonly (readonly [string, string, Record<string, string>?])[] = [
    ["PUT", "/files/d/a"],
    ["PUT", "/files/d/new"],
    ["PUT", "/files/d/e/a"],
    ["MKCOL", "/files/d/m"],
    ["DELETE", "/files/d/e/a"],
    ["DELETE", "/files/d"],
    ["MOVE", "/files/d/a", { destination: "/files/b" }],
    ["MOVE", "/files/a", { destination: "/files/d/b" }],
    ["COPY", "/files/a", { destination: "/files/d/b" }],
    ["LOCK", "/files/d/e/"],
  ];
  for (const [method, path, headers] of changes) {
    const answer = method === "LOCK"
      ? await dav.ask(path)
      : await dav.send(method, path, { headers });
    assertEquals(answer.status, 423, `${method} ${path}`);
  }
  assertEquals(
    await dav.status("COPY", "/files/d/a", { headers: { destination: "/files/b" } }),
    201,
  );
  assertEquals(await dav.status("PUT", "/files/b", { body: "free" }), 204);
  const own = (method: string, path: string, headers = {}) =>
    dav.status(method, path, { tokens: [token], headers });
  const tagged = { if: `</files/d/> (<${token}>)` };
  assertEquals(await dav.status("PUT", "/files/d/new", { headers: tagged }), 201);
  assertEquals(await own("PUT", "/files/d/a"), 204);
  assertEquals(await own("PUT", "/files/d/other"), 201);
  assertEquals(await own("MKCOL", "/files/d/m"), 201);
  assertEquals(await own("MOVE", "/files/d/m", { destination: "/files/d/n" }), 201);
  assertEquals(await own("DELETE", "/files/d"), 204);
  assertEquals(await dav.status("MKCOL", "/files/d"), 201, "the lock has gone with its folder");
});

Deno.test("a lock of depth 0 covers a folder and its names, not the content of its files", async () => {
  await using at = await scene();
  const { dav } = at;
  const token = await dav.lock("/files/d/", { depth: "0" });
  const to = (destination: string) => ({ headers: { destination } });
  for (
    const [method, path, options] of [
      ["PUT", "/files/d/new"],
      ["MKCOL", "/files/d/new"],
      ["DELETE", "/files/d/a"],
      ["MOVE", "/files/d/a", to("/files/b")],
      ["MOVE", "/files/a", to("/files/d/b")],
      ["DELETE", "/files/d"],
    ] as const
  ) assertEquals(await dav.status(method, path, options), 423, `${method} ${path}`);
  assertEquals(await dav.status("PUT", "/files/d/a", { body: "2" }), 204);
  assertEquals(await dav.status("PUT", "/files/d/e/new", { body: "2" }), 201);
  assertEquals(await dav.status("DELETE", "/files/d/e/new"), 204);
  const tagged = { headers: { if: `</files/d/> (<${token}>)` } };
  assertEquals(await dav.status("PUT", "/files/d/new", tagged), 201);
  assertEquals(await dav.status("DELETE", "/files/d/new", tagged), 204);
  assertEquals((await dav.ask("/files/d/a")).status, 200, "the file itself is not locked");
  await using remote = await at.connect();
  assertEquals((await remote.files.stat("d")).lock?.leftMs! > 0, true);
  assertEquals((await remote.files.stat("d/e")).lock, undefined);
  const made = await remote.files.mkdir("d/x/y").then(() => "made", ({ code }) => code);
  assertEquals(made, "conflict", "the folder would get the name x");
});

Deno.test("a lock of a folder's names is respected by uploads that have begun, and by batches", async () => {
  await using at = await scene();
  await using remote = await at.connect();
  const { files } = remote;
  await using upload = await files.stage("d/new", { bytes: 0 });
  await at.dav.lock("/files/d/", { depth: "0" });
  const empty = { bytes: 0, root: rootOf(new Uint8Array(), 0) };
  assertEquals(await codeOf(upload.commit(empty)), "conflict");
  const content = { bytes: new Uint8Array(1), mtimeMs: 0, executable: false };
  const paths = ["d/a", "d/b", "d/e/b", "d/n/b"];
  const batch = paths.map((path) => smallFile({ path, ...content }));
  const results = await files.writeMany(batch, { precondition: { kind: "any" } });
  assertEquals(results.map((result) => "value" in result), [true, false, true, false]);
});

Deno.test("shared locks exclude exclusive ones, and each of their holders can write", async () => {
  await using at = await scene();
  const { dav } = at;
  const tokens = [
    await dav.lock("/files/a", { shared: true }),
    await dav.lock("/files/a", { shared: true }),
  ];
  assert(tokens[0] !== tokens[1]);
  const refused = await dav.ask("/files/a");
  assertEquals(refused.status, 423);
  assert(refused.text.includes("<D:no-conflicting-lock><D:href>/files/a</D:href>"), refused.text);
  assertEquals(await dav.status("PUT", "/files/a", { body: "2" }), 423);
  for (const token of tokens) {
    assertEquals(await dav.status("PUT", "/files/a", { body: "2", tokens: [token] }), 204);
  }
  const { text } = await dav.send("PROPFIND", "/files/a", { headers: { depth: "0" } });
  assertEquals(text.match(/<D:lockscope><D:shared\/>/g)?.length, 3, "two, and one is supported");
  assertEquals(at.server.locks().map(({ path, shared }) => [path, shared]), [["a", true], [
    "a",
    true,
  ]]);
  for (const token of tokens) assertEquals(await dav.unlock("/files/a", token), 204);
  const exclusive = await dav.lock("/files/a");
  assertEquals((await dav.ask("/files/a", { shared: true })).status, 423);
  assertEquals(await dav.unlock("/files/a", exclusive), 204);
});

Deno.test("LOCK of a free name creates an empty file, which stays after UNLOCK", async () => {
  await using at = await scene();
  const { dav } = at;
  const { status, headers } = await dav.ask("/files/d/new");
  assertEquals([status, await Deno.readTextFile(join(at.root, "d/new"))], [201, ""]);
  const token = headers.get("lock-token")!.slice(1, -1);
  assertEquals(await dav.status("PUT", "/files/d/new", { body: "x", tokens: [token] }), 204);
  assertEquals(await dav.unlock("/files/d/new", token), 204);
  assertEquals(await Deno.readTextFile(join(at.root, "d/new")), "x");
  assertEquals((await dav.ask("/files/no/new")).status, 409);
  assertEquals((await dav.ask("/files/new/")).status, 409);
  assertEquals((await dav.ask("/files/a", { headers: { "if-none-match": "*" } })).status, 412);
  assertEquals((await dav.ask("/files/z", { headers: { "if-match": "*" } })).status, 412);
  const folder = await dav.lock("/files/d/", { depth: "0" });
  assertEquals((await dav.ask("/files/d/z")).status, 423, "the folder would get a name");
  const submitted = { headers: { if: `</files/d/> (<${folder}>)` } };
  assertEquals((await dav.ask("/files/d/z", submitted)).status, 201);
  const paths = at.server.locks().map(({ path }) => path);
  assertEquals(paths, ["d", "d/z"], "a lock that could not create its file is released");
});

Deno.test("LOCK takes the first timeout that it understands, and bounds it", async () => {
  await using at = await scene();
  const hour = `Second-${MAX_LEASE_TTL_MS / 1000}`;
  for (
    const [timeout, granted] of [
      ["Second-60", "Second-60"],
      ["second-60", "Second-60"],
      ["Infinite, Second-60", hour],
      ["Extend, Second-7, Infinite", "Second-7"],
      ["Second-4100000000", hour],
      ["Second-999999999999999", hour],
      ["Second-0", "Second-1"],
      ["Second--1", hour],
      ["soon", hour],
      [undefined, hour],
    ] as const
  ) {
    const { text, headers } = await at.dav.ask(
      "/files/a",
      timeout === undefined ? {} : { timeout },
    );
    assert(text.includes(`<D:timeout>${granted}</D:timeout>`), `${timeout}: ${text}`);
    await at.dav.unlock("/files/a", headers.get("lock-token")!.slice(1, -1));
  }
});

Deno.test("a lock expires unless it is renewed, also through a path that it covers", async () => {
  using time = new FakeTime();
  await using at = await scene();
  const { dav } = at;
  const token = await dav.lock("/files/d/", { timeout: "Second-60" });
  const renew = (path: string, tokens: readonly string[]) =>
    dav.send("LOCK", path, { tokens, headers: { timeout: "Second-100" } });
  await time.advance(59_000);
  const renewed = await renew("/files/d/e/a", [token]);
  assertEquals([renewed.status, renewed.headers.get("lock-token")], [200, null]);
  assert(renewed.text.includes("<D:timeout>Second-100</D:timeout>"), renewed.text);
  assert(renewed.text.includes("<D:lockroot><D:href>/files/d</D:href>"), renewed.text);
  await time.advance(99_000);
  assertEquals(await dav.status("PUT", "/files/d/a"), 423);
  await time.advance(1000);
  assertEquals(await dav.status("PUT", "/files/d/a"), 204);
  assertEquals((await renew("/files/d/a", [token])).status, 412);
  assertEquals((await renew("/files/a", ["urn:uuid:1"])).status, 412);
  const [one, two] = [
    await dav.lock("/files/a", { shared: true }),
    await dav.lock("/files/a", { shared: true }),
  ];
  assertEquals((await renew("/files/a", [one, two])).status, 400);
  assertEquals((await renew("/files/a", [])).status, 400);
});

Deno.test("locks end when the server stops", async () => {
  await using at = await scene();
  await at.dav.lock("/files/a");
  await at.restart();
  assertEquals(at.server.locks(), []);
});

Deno.test("LOCK and UNLOCK refuse what is invalid, and lock nothing", async () => {
  await using at = await scene();
  const { dav } = at;
  const info = (inner: string) => `<lockinfo xmlns="DAV:">${inner}</lockinfo>`;
  const [write, exclusive] = [
    "<locktype><write/></locktype>",
    "<lockscope><exclusive/></lockscope>",
  ];
  const bodies: readonly (readonly [string, number])[] = [
    ["<", 400],
    ['<propfind xmlns="DAV:"/>', 400],
    [info(write), 400],
    [info(exclusive), 400],
    [info(`${write}<lockscope/>`), 422],
    [info(`${write}<lockscope><exclusive/><shared/></lockscope>`), 422],
    [info(`${exclusive}<locktype><read/></locktype>`), 422],
    [info(`${write}${exclusive}<owner>${"x".repeat(MAX_LOCK_OWNER_CHARS)}</owner>`), 413],
  ];
  for (const [body, status] of bodies) {
    assertEquals(await dav.status("LOCK", "/files/a", { body }), status, body.slice(0, 80));
  }
  const body = info(`${write}${exclusive}`);
  for (const depth of ["1", "2", "all"]) {
    assertEquals(await dav.status("LOCK", "/files/a", { body, headers: { depth } }), 400, depth);
  }
  assertEquals(await dav.status("LOCK", "/files/a", { body, headers: { if: "x" } }), 400);
  for (const value of ["x", "<>", "urn:uuid:1", "<a> <b>"]) {
    const headers = { "lock-token": value };
    assertEquals(await dav.status("UNLOCK", "/files/a", { headers }), 400, value);
  }
  assertEquals(await dav.status("UNLOCK", "/files/a"), 400);
  assertEquals(at.server.locks(), []);
  const token = await dav.lock("/files/d/e/");
  assertEquals(await dav.unlock("/files/d/a", token), 409, "the lock does not cover it");
  assertEquals(await dav.unlock("/files/d/e/a", token), 204);
});

Deno.test("423 names the lock: in XML for clients of WebDAV, else in a problem", async () => {
  await using at = await scene();
  const { dav } = at;
  await dav.lock("/files/d/e/");
  const xml = "<D:lock-token-submitted><D:href>/files/d/e</D:href></D:lock-token-submitted>";
  const moved = await dav.send("MOVE", "/files/d", { headers: { destination: "/files/b" } });
  assertEquals([moved.status, moved.text.includes(xml)], [423, true], moved.text);
  const put = await dav.send("PUT", "/files/d/e/a", { headers: { if: "(Not <DAV:no-lock>)" } });
  assertEquals([put.status, put.text.includes(xml)], [423, true], put.text);
  const accepting = await dav.send("DELETE", "/files/d", { headers: { accept: "text/xml" } });
  assertEquals([accepting.status, accepting.text.includes(xml)], [423, true], accepting.text);
  const plain = await dav.send("DELETE", "/files/d");
  const { code, detail } = JSON.parse(plain.text);
  assertMatch(
    `${plain.status} ${code} ${detail}`,
    /^423 conflict locked by anonymous-[0-9a-f]{32}: d\/e$/,
  );
});

Deno.test("a flood of locks is bounded per user, and the others can still lock", async () => {
  await using at = await scene();
  const { dav } = at;
  const answers = [];
  for (let i = 0; i < MAX_LEASES_PER_HOLDER + 5; i++) {
    answers.push(await dav.ask("/files/a", { shared: true, timeout: "Second-100" }));
  }
  const refused = answers.filter(({ status }) => status !== 200);
  assertEquals(refused.map(({ status }) => status), Array(5).fill(429));
  const wait = Number(refused[0]!.headers.get("retry-after"));
  assert(wait > 50 && wait <= 100, String(wait));
  assertEquals(at.server.locks().length, MAX_LEASES_PER_HOLDER);
  assertEquals((await dav.ask("/files/new")).status, 429);
  assertEquals(await Deno.stat(join(at.root, "new")).catch(() => null), null);
  const found = await described(
    await at.fetch("/files/a", { method: "PROPFIND", headers: { depth: "0" } }),
  );
  assertMatch(found["/files/a"]!["lockdiscovery"]!, /^200 (<activelock>){100}/);
});

Deno.test("OPTIONS and PROPFIND say that locks are there", async () => {
  await using at = await scene();
  const { headers } = await at.dav.send("OPTIONS", "/files/");
  assertEquals(headers.get("dav"), "1, 2, 3");
  for (const method of ["LOCK", "UNLOCK"]) assert(headers.get("allow")!.includes(method));
  const { text } = await at.dav.send("PROPFIND", "/files/a", { headers: { depth: "0" } });
  assert(text.includes("<D:lockdiscovery/>"), text);
  assertEquals(text.match(/<D:lockentry>/g)?.length, 2);
});
