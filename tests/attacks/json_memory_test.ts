/**
 * Attacks on the memory of a server and of a client through large `json` messages.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { hasCode } from "../../lib/base/errors.ts";
import {
  JSON_MESSAGE_TIMEOUT_MS,
  MAX_LARGE_JSON,
  MAX_LARGE_JSON_PER_HOST,
  SMALL_JSON_BYTES,
} from "../../lib/base/limits.ts";
import { JsonServer } from "../../lib/client/legacy/json_server.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { json } from "../../lib/dialects/json.ts";
import type { AnonymousAccess } from "../../lib/auth/permission.ts";
import type { Files } from "../../lib/service/files.ts";
import { type DialectSession, serveDialect } from "../../testing/dialect_session.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { lengthAnd, rawPeer } from "../../testing/network/raw_peer.ts";
import { scriptedServer } from "../../testing/network/scripted_server.ts";
import { testServer } from "../../testing/test_server.ts";

const MiB = 1024 * 1024;
const BODY_BYTES = 8 * MiB;
const CONNECTIONS = 6;
const listen = ["ft+json://127.0.0.1:0"];

/** Valid messages whose parsed values take many times their bytes. */
const BODIES = {
  "nested arrays": () => {
    const depth = BODY_BYTES / 2;
    return `{"command":"get","fileName":"big.txt","a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  },
  "empty objects": () => `{"command":"get","fileName":"big.txt","a":[${repeated("{},")}{}]}`,
  "many fields": () => `{"command":"get","fileName":"big.txt",${repeated('"a":"",')}"b":""}`,
  "no object": () => `{},`.repeat(BODY_BYTES / 3),
};

function repeated(text: string): string {
  return text.repeat(BODY_BYTES / text.length);
}

/** The memory of this test file; the resident memory would count files that run beside it. */
function heldBytes(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

/** Measures the growth of the memory, and the longest wait of another client, during an attack. */
async function measured(port: number, attack: () => Promise<void>) {
  const startBytes = heldBytes();
  let peakBytes = startBytes;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, heldBytes());
  }, 10);
  let over = false;
  let slowestMs = 0;
  const other = (async () => {
    using peer = await rawPeer(`ft://127.0.0.1:${port}`);
    while (!over) {
      const askedMs = performance.now();
      await peer.say(lengthAnd('{"command":"get","fileName":"small.txt"}'));
      const head = await peer.reader.readExactly(4);
      await peer.reader.readExactly(new DataView(head.buffer, head.byteOffset).getUint32(0));
      slowestMs = Math.max(slowestMs, performance.now() - askedMs);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  try {
    await attack();
  } finally {
    over = true;
    clearInterval(timer);
  }
  await other;
  return { grownMiB: (peakBytes - startBytes) / MiB, slowestMs };
}

/** Sends a message on a connection and reads nothing until all are sent. */
async function attackOnce(port: number, message: Uint8Array, sent: Promise<void>): Promise<void> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    for (let at = 0; at < message.length;) at += await conn.write(message.subarray(at, at + MiB));
  } catch {
    // The server stopped reading, as it should.
  }
  await sent;
  conn.close();
}

async function attackAll(port: number, message: Uint8Array): Promise<void> {
  const sent = Promise.withResolvers<void>();
  const attacks = Array.from(
    { length: CONNECTIONS },
    () => attackOnce(port, message, sent.promise),
  );
  // Connections that stay open could hold their requests in memory, so they do for a while.
  const timer = setTimeout(sent.resolve, 1500);
  await Promise.all(attacks);
  clearTimeout(timer);
}

for (const anonymous of ["none", "write"] as AnonymousAccess[]) {
  for (const [what, body] of Object.entries(BODIES)) {
    const name = `json-parse-amplification-before-rights: ${what}, --anonymous ${anonymous}`;
    Deno.test(name, async () => {
      await using live = await testServer({ listen, anonymous });
      await Deno.writeTextFile(`${live.root}/big.txt`, "x".repeat(4 * MiB));
      await Deno.writeTextFile(`${live.root}/small.txt`, "small");
      const message = lengthAnd(body());
      const { grownMiB, slowestMs } = await measured(
        live.port,
        () => attackAll(live.port, message),
      );
      assert(grownMiB < 160, `it grew by ${grownMiB} MiB`);
      assert(slowestMs < 3000, `another client waited for ${slowestMs} ms`);
    });
  }
}

Deno.test("json-parse-amplification-before-rights: a large request is refused after 256 KiB", async () => {
  await using live = await testServer({ listen, anonymous: "none" });
  using peer = await rawPeer(live.server.addresses[0]);
  const message = lengthAnd(
    JSON.stringify({ command: "put", fileName: "a", fileContent: "x".repeat(MiB) }),
  );
  await peer.say(message.subarray(0, 4 + SMALL_JSON_BYTES));
  const answer = await peer.rest();
  const { status, response } = JSON.parse(new TextDecoder().decode(answer.subarray(4)));
  assertEquals([status, response], ["Fail", "not allowed to write: a"]);
});

Deno.test("json-parse-amplification-before-rights: our client sees the refusal of a large upload", async () => {
  await using live = await testServer({ listen, anonymous: "read" });
  const endpoint = parseEndpoint(live.url);
  await using server = await JsonServer.open({ endpoint, timeoutMs: 10_000 });
  const content = ReadableStream.from([new Uint8Array(24 * MiB).fill(0x61)]);
  const error = await assertRejects(() => server.store("a", content));
  assert(hasCode(error, "not_allowed"), String(error));
});

/** Files of which each is 1 MiB of text. */
function largeFiles(): Files {
  const content = new TextEncoder().encode("x".repeat(MiB));
  const facts = { mtimeMs: 0, executable: false, revision: "1" };
  const block = { index: 0, bytes: content, digest: content, [Symbol.dispose]() {} };
  const reading = () => ({
    info: { path: "a", type: "file", bytes: MiB, ...facts },
    blocks: ReadableStream.from([block]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
  return { read: () => Promise.resolve(reading()) } as unknown as Files;
}

/** Clients that ask for a large file, and read the answer only when told to. */
class Askers implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly #files = largeFiles();

  async ask(host: string): Promise<DialectSession> {
    const options = { login: { files: this.#files }, capacity: 4096, host };
    const session = this.#stack.use(serveDialect(json, options));
    await session.say(lengthAnd('{"command":"get","fileName":"a"}'));
    return session;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

Deno.test("answers that nobody reads give their memory back after the deadline", async () => {
  using time = new FakeTime();
  await using askers = new Askers();
  const hosts = Array.from({ length: MAX_LARGE_JSON }, (_, n) => `${n}`);
  const silent = await Promise.all(hosts.map((host) => askers.ask(host)));
  await time.advance(1000);
  const honest = await askers.ask("honest");
  const reading = honest.reader.readExactly(4);
  await time.advance(JSON_MESSAGE_TIMEOUT_MS);
  for (const { ended } of silent) assert(hasCode(await ended, "network"));
  assert(new DataView((await reading).slice().buffer).getUint32(0) > MiB);
});

Deno.test("one host cannot keep the large messages of others waiting", async () => {
  using time = new FakeTime();
  await using askers = new Askers();
  for (let n = 0; n < 2 * MAX_LARGE_JSON; n++) await askers.ask("greedy");
  await time.advance(1000);
  for (let n = 0; n < MAX_LARGE_JSON - MAX_LARGE_JSON_PER_HOST; n++) {
    const honest = await askers.ask("honest");
    const reading = honest.reader.readExactly(4);
    let answered = false;
    reading.then(() => answered = true, () => {});
    await time.advance(1000);
    assert(answered, "it waits for the other host");
    assert(new DataView((await reading).slice().buffer).getUint32(0) > MiB);
  }
});

Deno.test("json-parse-amplification-before-rights: a server's answer does not fill the client", async () => {
  const depth = BODY_BYTES / 2;
  const text = `{"status":"Success","a":${"[".repeat(depth)}${"]".repeat(depth)},"response":"x"}`;
  const message = lengthAnd(text);
  await using server = scriptedServer(async (peer) => {
    await peer.hear();
    await peer.say(message);
  });
  const endpoint = parseEndpoint(`ft+json://127.0.0.1:${server.port}`);
  await using client = await JsonServer.open({ endpoint, timeoutMs: 10_000 });
  const before = heldBytes();
  const error = await assertRejects(() => client.list("."));
  const grownMiB = (heldBytes() - before) / MiB;
  assert(hasCode(error, "protocol"), String(error));
  assert(grownMiB < 60, `the client grew by ${grownMiB} MiB`);
});
