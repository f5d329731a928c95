/**
 * Versions and quotas: they count only if told, and then in every way to write.
 */

import { assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Users } from "../../lib/auth/users.ts";
import type { FtError } from "../../lib/base/errors.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { testServer } from "../../testing/test_server.ts";
import { webServer } from "../../testing/web_server.ts";

const PASSWORD = "right horse";
const ANY = { precondition: { kind: "any" } } as const;
const login = { kind: "password", user: "ann", password: PASSWORD } as const;
const full = (use: string, asked: string) =>
  `quota of 1000 B for box (rule 1) reached: ${use} used, ${asked} asked`;

/** A server with a quota of 1000 B for `box`. */
async function scene(countVersions: boolean) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer({ anonymous: "none", countVersions, forgetOwn: true }));
  using database = openAuthDatabase(server.state);
  await new Users(database).add("ann", "write", PASSWORD);
  const rule = { subject: "*", effect: "quota", actions: [], path: "box", bytes: 1000 } as const;
  new Rules(database).add(rule);
  const remote = stack.use(await server.connect({ login, timeoutMs: 120_000 }));
  const owned = stack.move();
  return { remote, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const messageOf = (work: Promise<unknown>) =>
  work.then(() => "done", (error: FtError) => error.message.replace(/^over quota: [^:]*: /, ""));

let content = 0;

type Named = readonly [path: string, bytes: number];

/** Small files of other content each time. */
function files(named: readonly Named[]) {
  return named.map(([path, size]) => {
    const bytes = new Uint8Array(size).fill(++content);
    return smallFile({ path, bytes, mtimeMs: 0, executable: false });
  });
}

async function put({ files: remote }: Remote, ...named: Named[]) {
  const results = await remote.writeMany(files(named), ANY);
  return await Promise.all(
    results.map((result) =>
      messageOf("error" in result ? Promise.reject(result.error) : Promise.resolve())
    ),
  );
}

/** The use of the quota, as a refusal tells it. */
async function used(remote: Remote): Promise<string | undefined> {
  const [refusal] = await put(remote, ["box/probe", 5000]);
  return /reached: (.*) used/.exec(refusal!)?.[1];
}

Deno.test("versions and the trash do not count against a quota unless told", async () => {
  await using at = await scene(false);
  for (const _ of "1234") assertEquals(await put(at.remote, ["box/a", 900]), ["done"]);
  await at.remote.files.remove("box/a");
  assertEquals(await put(at.remote, ["box/b", 1000]), ["done"]);
  assertEquals(await used(at.remote), "1000 B");
});

Deno.test("versions count against the quota of their folder with countVersions", async () => {
  await using at = await scene(true);
  const { remote } = at;
  assertEquals(await put(remote, ["box/a", 400]), ["done"]);
  assertEquals(await put(remote, ["box/a", 500]), ["done"]);
  assertEquals(await used(remote), "900 B");
  assertEquals(await put(remote, ["box/a", 300]), [full("900 B", "300 B")]);
  assertEquals(await put(remote, ["box/a", 100], ["box/b", 1]), ["done", full("1000 B", "1 B")]);
  assertEquals(
    await messageOf(remote.files.stage("box/a", { ...ANY, bytes: 1 })),
    full("1000 B", "1 B"),
  );
  // The trash counts as the files did.
  await remote.files.remove("box/a");
  assertEquals(await used(remote), "1000 B");
  assertEquals(await put(remote, ["box/b", 1]), [full("1000 B", "1 B")]);
  await remote.versions.restore("box/a");
  assertEquals(await used(remote), "1000 B");
  // A restored version leaves room for the content that becomes one.
  await remote.versions.restore("box/a");
  assertEquals(await used(remote), "1000 B");
  await remote.versions.forget("box/a");
  assertEquals(await put(remote, ["box/b", 500]), ["done"]);
});

Deno.test("a version too many that goes makes room for the next one", async () => {
  await using at = await scene(true);
  for (const _ of "12345") assertEquals(await put(at.remote, ["box/a", 250]), ["done"]);
  assertEquals(await used(at.remote), "1000 B");
  assertEquals(await put(at.remote, ["box/a", 251]), [full("1000 B", "1 B")]);
});

Deno.test("whatever way replaces a file over HTTP needs room for both contents", async () => {
  await using server = await webServer({ countVersions: true });
  using database = openAuthDatabase(server.state);
  const rule = { subject: "*", effect: "quota", actions: [], path: "box", bytes: 1000 } as const;
  new Rules(database).add(rule);
  const headers = { destination: "/files/box/a", overwrite: "T" };
  const sent = async (method: string, path: string, rest: RequestInit = {}) => {
    const response = await server.fetch(`/files/${path}`, { method, ...rest });
    await response.body?.cancel();
    return response.status;
  };
  await Deno.mkdir(`${server.root}/box`);
  await Deno.writeFile(`${server.root}/other`, new Uint8Array(300));
  assertEquals(await sent("PUT", "box/a", { body: "x".repeat(600) }), 201);
  assertEquals(await sent("PUT", "box/a", { body: "y".repeat(401) }), 507);
  assertEquals(await sent("PUT", "box/a", { body: "z".repeat(200) }), 204);
  assertEquals(await sent("COPY", "other", { headers }), 507);
  assertEquals(await sent("MOVE", "other", { headers }), 507);
  assertEquals(await sent("DELETE", "box/a"), 204);
  assertEquals(await sent("MOVE", "other", { headers }), 507);
  assertEquals(await sent("PUT", "box/b", { body: "w".repeat(200) }), 201);
});
