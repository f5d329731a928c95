import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import {
  COALESCE_BYTES,
  LAST_READ_TIMEOUT_MS,
  LAST_WORD_TIMEOUT_MS,
} from "../../lib/base/limits.ts";
import { SocketConnection } from "../../lib/net/connection.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { connectionPair } from "../../testing/network/connection_pair.ts";
import { pure } from "../../testing/pure.ts";

pure("SocketConnection sends small parts as one write", async () => {
  const [near, far] = connectionPair({ capacity: 4 * COALESCE_BYTES });
  await using one = near.connection;
  await using other = far.connection;
  await one.send(new Uint8Array(12), new Uint8Array(4), new Uint8Array(1000));
  await one.send(new Uint8Array(12), new Uint8Array(COALESCE_BYTES - 12));
  await one.send(new Uint8Array(12), new Uint8Array(COALESCE_BYTES - 11));
  assertEquals(near.writes, [1016, COALESCE_BYTES, 12, COALESCE_BYTES - 11]);
  const reader = new ByteReader(other.readable);
  assertEquals((await reader.readExactly(1016)).length, 1016);
});

pure("SocketConnection sends many small parts in few writes, however many bytes", async () => {
  const [near, far] = connectionPair({ capacity: 4 * COALESCE_BYTES });
  await using one = near.connection;
  await using other = far.connection;
  const parts = Array.from({ length: 100 }, (_, i) => new Uint8Array(4096).fill(i));
  await one.send(new Uint8Array([100]), ...parts);
  assertEquals(near.writes, [1 + 64 * 4096, 36 * 4096]);
  const reader = new ByteReader(other.readable);
  assertEquals([...await reader.readExactly(1)], [100]);
  for (const part of parts) assertEquals(await reader.readExactly(part.length), part);
});

for (const readBytes of [1, 3, 1000]) {
  pure(
    `SocketConnection keeps the order of sends, in reads of ${readBytes} (tiny-reads)`,
    async () => {
      const [near, far] = connectionPair({ readBytes, capacity: 64 });
      await using one = near.connection;
      await using other = far.connection;
      const parts = Array.from({ length: 40 }, (_, i) => new Uint8Array(i).fill(i));
      const sent = Promise.all(parts.map((part) => one.send(part.slice(0, 1), part.slice(1))));
      const reader = new ByteReader(other.readable);
      for (const part of parts) assertEquals(await reader.readExactly(part.length), part);
      await sent;
    },
  );
}

pure("SocketConnection still receives the answer after a half-close", async () => {
  const [near, far] = connectionPair();
  await using one = near.connection;
  await using other = far.connection;
  await one.send(new Uint8Array([1]));
  await one.closeWrite();
  const theirs = new ByteReader(other.readable);
  assertEquals([...await theirs.peek(2)], [1]);
  await other.send(new Uint8Array([2]));
  const ours = new ByteReader(one.readable);
  assertEquals([...await ours.readExactly(1)], [2]);
  const error = await assertRejects(() => one.send(new Uint8Array(1)), FtError);
  assertEquals([error.code, one.signal.aborted], ["network", false]);
  await other.send(new Uint8Array([3]));
  assertEquals([...await ours.readExactly(1)], [3]);
});

pure("SocketConnection aborted ends reads and sends with the reason", async () => {
  const [near, far] = connectionPair({ capacity: 4 });
  await using other = far.connection;
  const one = near.connection;
  const reading = new ByteReader(one.readable).readExactly(1);
  const sending = one.send(new Uint8Array(100));
  sending.catch(() => {});
  one.abort(new FtError("limit", "enough"));
  one.abort(new Error("later"));
  assertEquals((await assertRejects(() => reading, FtError)).message, "enough");
  assertEquals((await assertRejects(() => sending, FtError)).message, "enough");
  await assertRejects(() => one.send(new Uint8Array(1)), FtError, "enough");
  assertEquals(one.signal.reason.message, "enough");
  await one.closeWrite();
  assertEquals((await new ByteReader(other.readable).peek(200)).length, 0);
});

pure("SocketConnection disposed sends its last bytes", async () => {
  const [near, far] = connectionPair({ capacity: 4 });
  await using other = far.connection;
  const sent = near.connection.send(new Uint8Array(100));
  const disposed = near.connection[Symbol.asyncDispose]();
  assertEquals((await new ByteReader(other.readable).readExactly(100)).length, 100);
  await Promise.all([sent, disposed]);
});

pure(
  "SocketConnection disposed does not wait for a peer that does not read (half-open-connections-are-reaped)",
  async () => {
    const [near, far] = connectionPair({ capacity: 4 });
    await using _other = far.connection;
    const sent = near.connection.send(new Uint8Array(100));
    sent.catch(() => {});
    const before = performance.now();
    await near.connection[Symbol.asyncDispose]();
    assert(performance.now() - before < 5 * LAST_WORD_TIMEOUT_MS);
    assertEquals((await assertRejects(() => sent, FtError)).code, "network");
  },
);

pure(
  "SocketConnection reports errors of its socket as network errors, and closes it once",
  async () => {
    const broken = {
      read: () => Promise.reject(new Deno.errors.ConnectionReset("reset")),
      write: () => Promise.reject(new Deno.errors.BrokenPipe("pipe")),
      closeWrite: () => Promise.reject(new Deno.errors.NotConnected("not")),
      close() {},
    };
    const closing = new SocketConnection(broken, { remote: "r:1", encrypted: false });
    await closing.closeWrite();
    assertEquals(closing.signal.aborted, false);
    const connection = new SocketConnection(broken, { remote: "r:1", encrypted: false });
    const error = await assertRejects(() => connection.send(new Uint8Array(1)), FtError);
    assertEquals([error.code, error.retryable], ["network", true]);
    const reading = new ByteReader(connection.readable).readExactly(1);
    assertEquals(await assertRejects(() => reading), error);
    assertEquals(connection.signal.aborted, true);
    assertEquals(await assertRejects(() => connection.send(new Uint8Array(1))), error);
  },
);

pure("SocketConnection reads the reason of a peer that has closed, but not for ever", async () => {
  using time = new FakeTime();
  const socket = {
    read: (into: Uint8Array) => {
      into[0] = 7;
      return Promise.resolve(1);
    },
    write: () => Promise.reject(new Deno.errors.BrokenPipe("pipe")),
    closeWrite: () => Promise.resolve(),
    close() {},
  };
  const connection = new SocketConnection(socket, { remote: "r:1", encrypted: false });
  const error = await assertRejects(() => connection.send(new Uint8Array(1)), FtError);
  const reader = new ByteReader(connection.readable);
  assertEquals(await reader.readExactly(1), Uint8Array.of(7));
  assertEquals(connection.signal.aborted, false);
  await time.advance(LAST_READ_TIMEOUT_MS);
  assertEquals(connection.signal.reason, error);
});
