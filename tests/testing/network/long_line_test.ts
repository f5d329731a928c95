import { assert, assertEquals } from "@std/assert";
import { sampleBytes } from "../../../testing/content.ts";
import { closedPort } from "../../../testing/network/closed_port.ts";
import { LongLine } from "../../../testing/network/long_line.ts";
import { scriptedServer } from "../../../testing/network/scripted_server.ts";

const MiB = 1 << 20;

/** Connects to the near end of a line. */
function near(line: LongLine): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port: line.port });
}

/** Reads to the end. @returns The bytes, and the time of the first one. */
async function readAll(conn: Deno.Conn): Promise<{ bytes: Uint8Array; firstMs: number }> {
  let firstMs = Infinity;
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of conn.readable) {
    firstMs = Math.min(firstMs, performance.now());
    pieces.push(piece);
  }
  return { bytes: new Uint8Array(await new Blob(pieces).arrayBuffer()), firstMs };
}

/** Sends everything back, and ends when the peer does. */
const echo = () =>
  scriptedServer(async ({ hear, say }) => {
    for (let piece = await hear(); piece !== null; piece = await hear()) await say(piece);
  });

Deno.test("LongLine delivers every byte, and the end, a whole round trip later", async () => {
  await using server = echo();
  await using line = LongLine.start(server.port, { delayMs: 20 });
  using conn = await near(line);
  const content = sampleBytes(3 * MiB + 7);
  const startedMs = performance.now();
  const receiving = readAll(conn);
  for (let at = 0; at < content.length;) at += await conn.write(content.subarray(at));
  await conn.closeWrite();
  const { bytes, firstMs } = await receiving;
  assertEquals(bytes, content);
  assert(firstMs - startedMs >= 40, `${firstMs - startedMs}`);
});

Deno.test("LongLine holds what is under way, and lets go of it when it is closed", async () => {
  await using server = echo();
  let delivered = 0;
  await using stack = new AsyncDisposableStack();
  const options = { delayMs: 3_600_000, onDelivered: (bytes: number) => void (delivered += bytes) };
  const line = stack.use(LongLine.start(server.port, options));
  using conn = await near(line);
  // The buffers of the sockets take a few MiB of this.
  const piece = new Uint8Array(MiB);
  for (let i = 0; i < 64; i++) {
    for (let at = 0; at < piece.length;) at += await conn.write(piece.subarray(at));
  }
  assertEquals(delivered, 0);
  await stack.disposeAsync();
  const end = await conn.read(piece).catch(() => null);
  assertEquals(end, null);
});

Deno.test("LongLine closes what the server refuses, and what either side ends", async () => {
  await using refused = LongLine.start(closedPort());
  using alone = await near(refused);
  assertEquals(await alone.read(new Uint8Array(1)).catch(() => null), null);

  const ended = Promise.withResolvers<void>();
  await using server = scriptedServer(async ({ hear }) => {
    while (await hear().catch(() => null) !== null);
    ended.resolve();
  });
  await using line = LongLine.start(server.port, { delayMs: 1 });
  (await near(line)).close();
  await ended.promise;
});
