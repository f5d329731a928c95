import { assert, assertEquals } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { Rules } from "../../lib/auth/rules.ts";
import { asFtError } from "../../lib/base/os_errors.ts";
import type { Files } from "../../lib/service/files.ts";
import { type TestServer, testServer } from "../../testing/test_server.ts";
import { blockOf, content } from "../conformance/content.ts";

const KiB = 1024;
const QUOTA = 256 * KiB;
/** Stages that one client may have. */
const MAX_STAGES = 256;

async function served(): Promise<TestServer> {
  const server = await testServer();
  using database = openAuthDatabase(server.state);
  new Rules(database).add({
    ...{ subject: "*", effect: "quota", actions: [], path: "box", bytes: QUOTA },
  });
  return server;
}

/** Number and bytes of the staged files on the disk. */
async function staged(server: TestServer): Promise<{ count: number; bytes: number }> {
  let [count, bytes] = [0, 0];
  for await (const { name } of Deno.readDir(`${server.root}/.ftserver/staging`)) {
    count++;
    bytes += (await Deno.stat(`${server.root}/.ftserver/staging/${name}`)).size;
  }
  return { count, bytes };
}

/** Stages content under a new token and abandons it. @returns `done` or the error's code. */
async function abandon(files: Files, path: string, bytes: number): Promise<string> {
  try {
    await using upload = await files.stage(path, { token: crypto.randomUUID(), bytes });
    if (bytes > 0) await upload.write(blockOf(content(bytes, 1), 0));
    return "done";
  } catch (error) {
    return asFtError(error).code;
  }
}

async function flood(files: Files, count: number, path: string, bytes: number): Promise<void> {
  for (let from = 0; from < count; from += 16) {
    await Promise.all(Array.from(
      { length: Math.min(16, count - from) },
      (_, i) => abandon(files, `${path}${from + i}`, bytes),
    ));
  }
}

Deno.test("stage-spam-and-expiry: abandoned stages fit into the quota of their folder", async () => {
  await using server = await served();
  await using remote = await server.connect();
  await flood(remote.files, 48, "box/f", 60 * KiB);
  const { bytes } = await staged(server);
  assert(bytes <= QUOTA, `${bytes} staged bytes under a quota of ${QUOTA}`);
  // They do not keep anybody from uploading.
  await using other = await server.connect({ identity: "another-client" });
  assertEquals(await abandon(other.files, "box/other", 200 * KiB), "done");
});

Deno.test("stage-spam-and-expiry: concurrent open stages fit into the quota", async () => {
  await using server = await served();
  const clients = await Promise.all([1, 2].map((n) => server.connect({ identity: `client-${n}` })));
  await using stack = new AsyncDisposableStack();
  for (const client of clients) stack.use(client);
  await Promise.allSettled(
    clients.flatMap((client, n) =>
      Array.from({ length: 8 }, async (_, i) => {
        const upload = stack.use(await client.files.stage(`box/${n}_${i}`, { bytes: 60 * KiB }));
        await upload.write(blockOf(content(60 * KiB, 1), 0));
      })
    ),
  );
  const { bytes } = await staged(server);
  assert(bytes <= QUOTA, `${bytes} staged bytes under a quota of ${QUOTA}`);
});

Deno.test("stage-spam-and-expiry: empty stages are not kept, and others are counted", async () => {
  await using server = await served();
  await using remote = await server.connect();
  await flood(remote.files, MAX_STAGES + 64, "empty", 0);
  // The last ones may still be closing.
  await remote.files.mkdir("done");
  const empty = await staged(server);
  assert(empty.count <= 16, `${empty.count} empty stages`);
  // A client chooses its identity, so another one does not get another allowance.
  for (const identity of ["client-one", "client-two"]) {
    await using client = await server.connect({ identity });
    await flood(client.files, MAX_STAGES / 2 + 64, identity, 1);
  }
  const { count } = await staged(server);
  assert(count <= MAX_STAGES + 1, `${count} stages of one host`);
});

Deno.test("stage-spam-and-expiry: a token opens the upload only for the client that began it", async () => {
  await using server = await served();
  const token = crypto.randomUUID();
  const bytes = content(100, 1);
  {
    await using remote = await server.connect({ identity: "the-owner-of-it" });
    await using upload = await remote.files.stage("f", { token, bytes: 100 });
    await upload.write(blockOf(bytes, 0));
  }
  const heldFor = async (identity: string) => {
    await using remote = await server.connect({ identity });
    await using upload = await remote.files.stage("f", { token, bytes: 100 });
    return (await Array.fromAsync(upload.have())).length;
  };
  assertEquals(await heldFor("another-client"), 0);
  assertEquals(await heldFor("the-owner-of-it"), 1);
});
