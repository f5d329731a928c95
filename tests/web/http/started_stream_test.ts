import { assertEquals, assertRejects } from "@std/assert";
import { startedStream } from "../../../lib/web/http/started_stream.ts";

/** Pieces, with a record of what was done with their generator. */
function recorded(count: number, failsAt = Infinity) {
  const done: string[] = [];
  const pieces = async function* () {
    try {
      for (let i = 0; i < count; i++) {
        if (i === failsAt) throw new Error(`piece ${i}`);
        done.push(`${i}`);
        yield await Promise.resolve(new Uint8Array([i]));
      }
    } finally {
      done.push("end");
    }
  };
  return { done, pieces: pieces() };
}

Deno.test({
  name: "startedStream takes the first piece, and the others one by one",
  permissions: "none",
  async fn() {
    const { done, pieces } = recorded(3);
    const reader = (await startedStream(pieces)).getReader();
    assertEquals(done, ["0"]);
    assertEquals((await reader.read()).value, new Uint8Array([0]));
    assertEquals(done, ["0"], "the next piece is not requested while the first one is in use");
    assertEquals((await reader.read()).value, new Uint8Array([1]));
    await reader.read();
    assertEquals((await reader.read()).done, true);
    assertEquals(done, ["0", "1", "2", "end"]);
  },
});

Deno.test({
  name: "startedStream: cancelling ends the generator, also before anything is read",
  permissions: "none",
  async fn() {
    for (const reads of [0, 1, 2]) {
      const { done, pieces } = recorded(9);
      const reader = (await startedStream(pieces)).getReader();
      for (let i = 0; i < reads; i++) await reader.read();
      await reader.cancel();
      assertEquals(done.at(-1), "end", `${reads} reads`);
    }
  },
});

Deno.test({
  name: "startedStream throws the error of the first piece, and its stream that of a later one",
  permissions: "none",
  async fn() {
    await assertRejects(() => startedStream(recorded(3, 0).pieces), Error, "piece 0");
    const reader = (await startedStream(recorded(3, 1).pieces)).getReader();
    await reader.read();
    await assertRejects(() => reader.read(), Error, "piece 1");
    assertEquals(await new Response(await startedStream(recorded(0).pieces)).text(), "");
  },
});
