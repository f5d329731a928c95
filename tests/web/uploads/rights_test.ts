/**
 * Resumable uploads: who may create and continue them, and where.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Rules } from "../../../lib/auth/rules.ts";
import { Tokens } from "../../../lib/auth/tokens.ts";
import { Users } from "../../../lib/auth/users.ts";
import {
  BLOCK_BYTES,
  MAX_UPLOAD_METADATA_CHARS,
  MAX_WEB_UPLOADS_PER_HOLDER,
  STAGED_UPLOAD_TTL_MS,
} from "../../../lib/base/limits.ts";
import { clockAhead } from "../../../testing/clock_ahead.ts";
import { sampleBytes } from "../../../testing/content.ts";
import { NEEDS_MOUNT, tinyDisk } from "../../../testing/files/tiny_disk.ts";
import { ask, TusPeer } from "../../../testing/tus.ts";
import { type WebServer, webServer } from "../../../testing/web_server.ts";

async function names(server: WebServer): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(server.root));
  return entries.map(({ name }) => name).filter((name) => name !== ".ftserver").sort();
}

async function status(request: Promise<Response>): Promise<number> {
  return (await request).status;
}

/** A server for logins only, and clients of two users. */
async function usersServer(): Promise<{ server: WebServer; ana: TusPeer; bob: TusPeer }> {
  const server = await webServer({ anonymous: "read" });
  using database = openAuthDatabase(server.state);
  const users = new Users(database);
  const peer = async (name: string) => {
    await users.add(name, "write", "password");
    const authorization = `Basic ${new TextEncoder().encode(`${name}:password`).toBase64()}`;
    return new TusPeer(server.webUrl, { authorization });
  };
  return { server, ana: await peer("ana"), bob: await peer("bob") };
}

Deno.test("an upload belongs to its user: for everybody else there is none", async () => {
  const { server, ana, bob } = await usersServer();
  await using _server = server;
  const location = await ana.create("a", 10);
  await ana.patch(location, 0, "12345");
  const nobody = new TusPeer(server.webUrl);
  for (const other of [bob, nobody]) {
    assertEquals(await status(other.head(location)), 404);
    assertEquals(await status(other.patch(location, 5, "67890")), 404);
    assertEquals(await other.discard(location), 404);
  }
  assertEquals(await status(nobody.post("b", 10)), 401);
  assertEquals(await status(ana.patch(location, 5, "67890")), 204);
  assertEquals(await names(server), ["a"]);
});

Deno.test("the token of a share link uploads below its path, also one for a single login", async () => {
  await using server = await webServer({ anonymous: "none" });
  for (const once of [false, true]) {
    using database = openAuthDatabase(server.state);
    const name = `link ${once}`;
    const secret = new Tokens(database).add({
      ...{ name, paths: ["d"], actions: ["list", "read", "write"], once },
    });
    const tus = new TusPeer(server.webUrl, { authorization: `Bearer ${secret}` });
    const location = await tus.create(`d/${once}`, 4);
    await tus.patch(location, 0, "12");
    assertEquals(await status(tus.patch(location, 2, "34")), 204);
    assertEquals(await status(tus.post("other", 4)), 403);
    assertEquals(await Deno.readTextFile(join(server.root, "d", `${once}`)), "1234");
  }
});

Deno.test("a right that is gone ends an upload, also at its last byte", async () => {
  const { server, ana } = await usersServer();
  await using _server = server;
  const [first, second] = [await ana.create("a", 2), await ana.create("d/b", 2)];
  for (const location of [first, second]) await ana.patch(location, 0, "1");
  {
    using database = openAuthDatabase(server.state);
    new Rules(database).add({ subject: "ana", effect: "deny", actions: ["write"], path: "d" });
  }
  // A change applies within AUTH_LOOK_MS.
  while (await status(ana.patch(second, 0, "")) !== 403);
  assertEquals(await status(ana.patch(second, 1, "2")), 403);
  assertEquals(await status(ana.patch(first, 1, "2")), 204);
  assertEquals(await status(ana.post("d/c", 1)), 403);
  assertEquals(await names(server), ["a"]);
});

Deno.test("escapes: a name in the metadata is a path below the folder, or refused", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const refused = ["../a", "a/../../b", "/etc/x", "a\0b", ".", "..", ""];
  for (const name of [...refused, ".ftserver/x", "x".repeat(300)]) {
    const got = await status(tus.post(name, 1));
    assert([400, 403, 412, 413].includes(got), `${JSON.stringify(name)}: ${got}`);
  }
  for (const name of ["d/./b", "d//b", "d/b/"]) {
    const { headers } = await tus.post({ filename: name, existing: "overwrite" }, 1, {}, "1");
    assertEquals(headers.get("content-location"), "/files/d/b", name);
  }
  const raw = (field: string) =>
    ask(`${server.webUrl}/uploads/`, "POST", {
      ...{ "upload-length": "1", "upload-metadata": field },
    });
  const invalid = ["", "filename", "filename !", "filename YQ==,filename Yg==", "filename YQ==,,"];
  for (const field of [...invalid, "filename /w==", "filename YQ==  Yg==", "existing cmVmdXNl"]) {
    assertEquals(await status(raw(field)), 400, field);
  }
  const facts = [["existing", "maybe"], ["lastModified", "x"], ["sha256", "12"], ["root", "g"]];
  for (const [key, value] of facts) {
    assertEquals(await status(tus.post({ filename: "a", [key!]: value! }, 1)), 400, key);
  }
  const long = "x".repeat(MAX_UPLOAD_METADATA_CHARS);
  assertEquals(await status(raw(`filename YQ==,x ${long}`)), 413);
  assertEquals(await status(raw("filename YQ==, x")), 201);
  assertEquals(await names(server), ["d"]);
});

Deno.test("existing says what happens to a file with the name, at the beginning and at the end", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const path = join(server.root, "a.txt");
  const post = (existing: string, body = "new") =>
    tus.post({ filename: "a.txt", existing }, body.length, {}, body);
  const begun = await Promise.all(["refuse", "overwrite", "rename"].map(async (existing) => {
    const location = await tus.create({ filename: "a.txt", existing }, 3);
    await tus.patch(location, 0, "n");
    return location;
  }));
  await Deno.writeTextFile(path, "old");
  assertEquals(await status(post("refuse")), 412);
  assertEquals((await post("rename")).headers.get("content-location"), "/files/a%20(1).txt");
  const [refuse, overwrite, rename] = begun;
  assertEquals(await status(tus.patch(refuse!, 1, "ew")), 412);
  assertEquals(await status(tus.head(refuse!)), 404);
  assertEquals(await Deno.readTextFile(path), "old");
  // The client asks how far it is, and goes on with another name.
  assertEquals(await status(tus.patch(rename!, 1, "ew")), 409);
  const renamed = await tus.patch(rename!, await tus.offset(rename!), "new".slice(1));
  assertEquals(renamed.headers.get("content-location"), "/files/a%20(2).txt");
  assertEquals(await status(tus.patch(overwrite!, 1, "ew")), 204);
  assertEquals(await Deno.readTextFile(path), "new");
  assertEquals(await status(post("overwrite", "newer")), 201);
  assertEquals(await Deno.readTextFile(path), "newer");
  await Deno.mkdir(join(server.root, "d"));
  assertEquals(await status(tus.post({ filename: "d", existing: "overwrite" }, 1)), 412);
  assertEquals(await names(server), ["a (1).txt", "a (2).txt", "a.txt", "d"]);
});

Deno.test("two-writers-one-name: preconditions of the request hold until the last byte", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const path = join(server.root, "a");
  await Deno.writeTextFile(path, "old");
  const etag = (await ask(`${server.webUrl}/files/a`, "HEAD")).headers.get("etag")!;
  const post = (more: Record<string, string>) => tus.post("a", 2, more);
  assertEquals(await status(post({ "if-none-match": "*" })), 412);
  assertEquals(await status(post({ "if-match": '"other"' })), 412);
  const locations: string[] = [];
  for (let i = 0; i < 2; i++) {
    const created = await post({ "if-match": etag });
    assertEquals(created.status, 201);
    locations.push(created.headers.get("location")!);
    await tus.patch(locations[i]!, 0, `${i}`);
  }
  assertEquals(await status(tus.patch(locations[0]!, 1, "x")), 204);
  assertEquals(await status(tus.patch(locations[1]!, 1, "x")), 412);
  assertEquals(await Deno.readTextFile(path), "0x");
});

Deno.test("a quota is 507 and a lock 423: the upload can go on when they are gone", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  await using remote = await server.connect();
  const content = sampleBytes(BLOCK_BYTES + 10);
  const location = await tus.create("a", content.length);
  await tus.patch(location, 0, content.subarray(0, BLOCK_BYTES + 5));
  await remote.files.lease("a", { ttlMs: 60_000 });
  const rest = content.subarray(BLOCK_BYTES + 5);
  assertEquals(await status(tus.patch(location, BLOCK_BYTES + 5, rest)), 423);
  assertEquals(await status(tus.post("a", 1)), 423);
  const offset = await tus.offset(location);
  assert(offset < content.length, "a client that asks must not take it for complete");
  await remote.files.release("a");
  using database = openAuthDatabase(server.state);
  const rules = new Rules(database);
  const rule = rules.add({ subject: "*", effect: "quota", actions: [], path: ".", bytes: 2000 });
  while (await status(tus.post("b", 2001)) !== 507);
  assertEquals(await status(tus.patch(location, offset, content.subarray(offset))), 507);
  rules.remove(rule.id);
  while (await status(tus.post("b", 2001)) !== 201);
  const again = await tus.offset(location);
  assertEquals(await status(tus.patch(location, again, content.subarray(again))), 204);
  assertEquals(await Deno.readFile(join(server.root, "a")), content);
});

Deno.test("stage-spam-and-expiry: an upload that nobody continues expires", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const location = await tus.create("a", 10);
  const { headers } = await tus.patch(location, 0, "12345");
  const leftMs = Date.parse(headers.get("upload-expires")!) - Date.now();
  assert(leftMs > STAGED_UPLOAD_TTL_MS - 60_000 && leftMs <= STAGED_UPLOAD_TTL_MS);
  {
    using _later = clockAhead(STAGED_UPLOAD_TTL_MS);
    assertEquals(await status(tus.head(location)), 404);
    assertEquals(await status(tus.patch(location, 5, "67890")), 404);
  }
  assertEquals(await tus.offset(location), 5);
});

Deno.test("stage-spam-and-expiry: a flood of uploads removes the oldest ones of the same user, first those that are complete", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  const first = await tus.create("first", 10);
  await tus.patch(first, 0, "12345");
  const done = (await tus.post("done", 1, {}, "1")).headers.get("location")!;
  for (let i = 2; i < MAX_WEB_UPLOADS_PER_HOLDER; i++) await tus.create(`${i}`, 10);
  assertEquals(await tus.offset(done), 1);
  const last = await tus.create("last", 10);
  assertEquals(await status(tus.head(done)), 404);
  assertEquals(await tus.offset(first), 5);
  await tus.create("one more", 10);
  assertEquals(await status(tus.head(first)), 404);
  assertEquals(await status(tus.patch(last, 0, "1234567890")), 204);
  const staging = await Array.fromAsync(Deno.readDir(join(server.root, ".ftserver", "staging")));
  assert(staging.length <= 40, `${staging.length} files are staged`);
});

Deno.test("pages of trusted origins can use uploads, and no others", async () => {
  await using server = await webServer({ origins: ["https://page.example"] });
  const fields = { origin: "https://page.example", "access-control-request-method": "PATCH" };
  const preflight = await ask(`${server.webUrl}/uploads/x`, "OPTIONS", {
    ...{ ...fields, "access-control-request-headers": "tus-resumable, upload-offset" },
  });
  assertEquals(preflight.headers.get("access-control-allow-methods"), "PATCH");
  assertMatch(preflight.headers.get("access-control-allow-headers") ?? "", /upload-offset/);
  const tus = new TusPeer(server.webUrl, { origin: "https://page.example" });
  const created = await tus.post("a", 1);
  assertMatch(created.headers.get("access-control-expose-headers") ?? "", /Upload-Offset/);
  const other = new TusPeer(server.webUrl, { origin: "https://evil.example" });
  assertEquals(await status(other.post("b", 1)), 403);
  assertEquals(await status(other.patch(created.headers.get("location")!, 0, "1")), 403);
  const options = await ask(`${server.webUrl}/uploads/`, "OPTIONS");
  assertMatch(options.headers.get("tus-extension") ?? "", /creation.*checksum/);
});

Deno.test(
  "disk-full-mid-write: a full disk is 507, and the upload begins again when there is room",
  NEEDS_MOUNT,
  async () => {
    await using disk = (await tinyDisk(3 << 20))!;
    await using server = await webServer({ root: disk.path });
    const tus = new TusPeer(server.webUrl);
    const content = sampleBytes(4 * BLOCK_BYTES);
    const location = await tus.create("a", content.length);
    assertEquals(await status(tus.patch(location, 0, content)), 507);
    assertEquals(await tus.offset(location), 0);
    assertEquals(
      await status(tus.post("b", BLOCK_BYTES, {}, content.subarray(0, BLOCK_BYTES))),
      201,
    );
    assertEquals(await names(server), ["b"]);
  },
);

Deno.test("an upload whose size comes last is not complete before it has its name", async () => {
  await using server = await webServer();
  const tus = new TusPeer(server.webUrl);
  await using remote = await server.connect();
  const deferred = { "upload-metadata": "filename YQ==", "upload-defer-length": "1" };
  for (const content of [sampleBytes(BLOCK_BYTES + 5), sampleBytes(2 * BLOCK_BYTES)]) {
    const created = await ask(`${server.webUrl}/uploads/`, "POST", deferred);
    const location = created.headers.get("location")!;
    await tus.patch(location, 0, content);
    await remote.files.lease("a", { ttlMs: 60_000 });
    const size = { "upload-length": `${content.length}` };
    assertEquals(await status(tus.patch(location, content.length, "", size)), 423);
    assertEquals(await tus.offset(location), BLOCK_BYTES);
    await remote.files.release("a");
    const rest = content.subarray(BLOCK_BYTES);
    assertEquals(await status(tus.patch(location, BLOCK_BYTES, rest)), 204);
    assertEquals(await Deno.readFile(join(server.root, "a")), content);
    await Deno.remove(join(server.root, "a"));
  }
});
