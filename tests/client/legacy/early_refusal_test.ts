/**
 * Servers of legacy dialects that refuse a request before it has been sent, or keep the connection
 * after they have refused it.
 */

import { assert, assertEquals } from "@std/assert";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { getFiles } from "../../../lib/client/transfer/get/get_files.ts";
import { putFiles } from "../../../lib/client/transfer/put/put_files.ts";
import { type ScriptedPeer, scriptedServer } from "../../../testing/network/scripted_server.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { soon } from "../../../testing/with_timeout.ts";

/** A file that is longer than everything that sockets buffer. */
const LARGE_BYTES = 256 * 1024 * 1024;
/** Longer than a test may take. */
const TIMEOUT_MS = 120_000;
const HOW = { times: true, resume: true, transfers: 1, existing: "refuse", retries: 6 } as const;

/** Reads everything that a client sends. @returns Its bytes. */
async function drain(peer: ScriptedPeer, max = Infinity): Promise<number> {
  let bytes = 0;
  for (let piece; bytes < max && (piece = await peer.hear()) !== null;) bytes += piece.length;
  return bytes;
}

/**
 * Uploads a file to a server that runs a script after the command.
 *
 * @returns The failures, and the number of uploads.
 */
async function put(bytes: number, script: (peer: ScriptedPeer) => Promise<void>) {
  await using dir = await tempDir();
  let uploads = 0;
  await using server = scriptedServer(async (peer) => {
    const command = new TextDecoder().decode((await peer.hear())!);
    // The client asks whether the file in the way has the same content.
    if (command.startsWith("DOWNLOAD ")) return await peer.say("ERROR: File not found");
    uploads++;
    await script(peer);
  });
  using file = await Deno.open(dir.join("a.bin"), { create: true, write: true });
  await file.truncate(bytes);
  const endpoint = parseEndpoint(`ft+updown://127.0.0.1:${server.port}`);
  const open = () => openRemote(endpoint, { timeoutMs: TIMEOUT_MS });
  const request = { ...HOW, sources: [dir.join("a.bin")], to: ".", recursive: false };
  const { failed } = await soon(putFiles(open, request, () => {}));
  return {
    failed: failed.map(({ error: { code, message } }) => [code, message]),
    uploads,
  };
}

const REFUSED = { failed: [["conflict", "refused: a.bin exists"]], uploads: 1 };

Deno.test("put over updown half-closes for a server that refuses at once and reads to the end", async () => {
  for (const bytes of [0, 5, LARGE_BYTES]) {
    let heard = 0;
    const outcome = await put(bytes, async (peer) => {
      await peer.say("ERROR: a.bin exists");
      heard = await drain(peer);
    });
    assertEquals(outcome, REFUSED);
    assertEquals(heard, 0, "content was sent after the refusal");
  }
});

Deno.test("put over updown stops sending when the refusal comes in the middle", async () => {
  let heard = 0;
  const outcome = await put(LARGE_BYTES, async (peer) => {
    await drain(peer, 1_000_000);
    await peer.say("ERROR: a.bin exists");
    heard = await drain(peer);
  });
  assertEquals(outcome, REFUSED);
  assert(heard < LARGE_BYTES / 2, `${heard} bytes`);
});

Deno.test("put over updown takes the refusal of a server that stops reading, or closes at once", async () => {
  const outcome = await put(LARGE_BYTES, async (peer) => {
    await drain(peer, 1_000_000);
    await peer.say("ERROR: a.bin exists");
  });
  assertEquals(outcome, REFUSED);
});

Deno.test("get over oneshot and updown half-closes for a server that refuses and reads to the end", async () => {
  for (const [dialect, answer] of [["oneshot", "ERRORnot found"], ["updown", "ERROR: not found"]]) {
    await using dir = await tempDir();
    await using server = scriptedServer(async (peer) => {
      await peer.hear();
      await peer.say(answer!);
      await drain(peer);
    });
    const endpoint = parseEndpoint(`ft+${dialect}://127.0.0.1:${server.port}`);
    const open = () => openRemote(endpoint, { timeoutMs: TIMEOUT_MS });
    const request = { ...HOW, names: ["a.bin"], dir: dir.path, recursive: false };
    const { failed } = await soon(getFiles(open, request, () => {}));
    assertEquals(failed.map(({ error }) => error.code), ["not_found"], dialect);
    assertEquals(server.connections, 1, dialect);
  }
});

Deno.test("ls over json takes an array of names", async () => {
  const lists: [unknown, string[]][] = [
    [["a.txt", "ü b", "line\nend"], ["a.txt", "ü b", "line\nend"]],
    [[], []],
    ["a.txt\nb", ["a.txt", "b"]],
  ];
  const answers = lists.map(([response]) => JSON.stringify({ status: "Success", response }));
  await using server = scriptedServer(async (peer) => {
    while (await peer.hear() !== null) {
      const bytes = new TextEncoder().encode(answers.shift() ?? "{}");
      await peer.say(new Uint8Array([0, 0, 0, bytes.length, ...bytes]));
    }
  });
  const endpoint = parseEndpoint(`ft+json://127.0.0.1:${server.port}`);
  await using remote = await openRemote(endpoint, { timeoutMs: TIMEOUT_MS });
  for (const [, names] of lists) {
    const listed = await soon(Array.fromAsync(remote.files.list(".")));
    assertEquals(listed.map(({ path }) => path), names);
  }
});
