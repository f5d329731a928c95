import { assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../lib/auth/permission.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { Tokens } from "../../lib/auth/tokens.ts";
import { Users } from "../../lib/auth/users.ts";
import type { FtError } from "../../lib/base/errors.ts";
import { smallFile } from "../../lib/blocks/small_file_digest.ts";
import type { ClientLogin } from "../../lib/client/remote_options.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";

const PASSWORD = "right horse";

/** A server with 1.5 KiB in `box`, whose quota for everybody is rule 1. */
async function scene() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer({ anonymous: "none" }));
  const database = stack.use(openAuthDatabase(server.state));
  await new Users(database).add("ana", "write", PASSWORD);
  const rules = new Rules(database);
  rules.add({ subject: "*", effect: "quota", actions: [], path: "box", bytes: 2048 });
  for (const [name, bytes] of [["box/old", 1536], ["large", 4096]] as const) {
    await Deno.mkdir(`${server.root}/box`, { recursive: true });
    await Deno.writeFile(`${server.root}/${name}`, new Uint8Array(bytes));
  }
  const tokens = new Tokens(database);
  const owned = stack.move();
  return { server, rules, tokens, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const messageOf = (work: Promise<unknown>) =>
  work.then(() => "done", (error: FtError) => error.message);

/** The refusals of an upload, a batch and a move into the quota. */
async function refusals({ files }: Remote): Promise<string[]> {
  const small = smallFile({
    ...{ path: "box/b", bytes: new Uint8Array(600), mtimeMs: 0, executable: false },
  });
  const [result] = await files.writeMany([small]);
  return [
    await messageOf(files.stage("box/a", { bytes: 1024 })),
    "error" in result! ? result.error.message : "done",
    await messageOf(files.move("large", "box/c")),
  ];
}

async function refusalsFor(server: TestServer, login: ClientLogin): Promise<string[]> {
  await using remote = await server.connect({ login });
  return await refusals(remote);
}

const expected = (use: string) => [
  `over quota: box/a: quota of 2.0 KiB for box (rule 1) reached: ${use}1.0 KiB asked`,
  `over quota: box/b: quota of 2.0 KiB for box (rule 1) reached: ${use}600 B asked`,
  `over quota: box/c: quota of 2.0 KiB for box (rule 1) reached: ${use}4.0 KiB asked`,
];

Deno.test("a refusal over quota names the limit, its rule, its use and what was asked", async () => {
  await using at = await scene();
  const ana: ClientLogin = { kind: "password", user: "ana", password: PASSWORD };
  assertEquals(await refusalsFor(at.server, ana), expected("1.5 KiB used, "));
});

Deno.test("a refusal over quota tells its use only to callers who may list all that counts", async () => {
  await using at = await scene();
  const ana: ClientLogin = { kind: "password", user: "ana", password: PASSWORD };
  const actions = ACTIONS.filter((action) => action !== "list");
  const paths = ["."];
  const token = at.tokens.add({ name: "t", owner: "ana", paths, actions, once: false });
  const [stage, batch] = await refusalsFor(at.server, { kind: "token", token });
  assertEquals([stage, batch], expected("").slice(0, 2));
  at.rules.add({ subject: "ana", effect: "deny", actions: ["list"], path: "box/secret" });
  assertEquals(await refusalsFor(at.server, ana), expected(""));
});
