import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import type { Call } from "../../../lib/client/native/native_client.ts";
import { SentBlocks } from "../../../lib/client/native/sent_blocks.ts";
import { pure } from "../../../testing/pure.ts";

/** A call over a connection that takes nothing. */
function stuckCall(): Call {
  const never = new Promise<never>(() => {});
  const exchange = { send: () => never, room: () => Promise.resolve() };
  return { exchange, reply: never } as unknown as Call;
}

pure(
  "SentBlocks stops at once when the connection takes nothing, and keeps its buffer",
  async () => {
    const blocks = new SentBlocks("a.bin", false);
    const call = stuckCall();
    const stop = new AbortController();
    const options = { signal: stop.signal };
    const block = {
      ...{ index: 0, bytes: new Uint8Array(5), digest: new Uint8Array(32) },
      [Symbol.dispose]() {},
    };
    const writing = assertRejects(() => blocks.write(call, block, options), FtError, "stopped");
    const waiting = assertRejects(() => blocks.ready(call, options), FtError, "stopped");
    stop.abort(new FtError("interrupted", "stopped"));
    await Promise.all([writing, waiting]);
    // The pool must not get a buffer that the connection may still read.
    assertEquals(block.bytes.length, 0);
  },
);
