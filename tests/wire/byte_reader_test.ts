import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { FtError } from "../../lib/base/errors.ts";
import { ByteReader, decodeUtf8 } from "../../lib/wire/byte_reader.ts";
import { joined, splits, streamOf } from "../../testing/bytes.ts";
import { pure } from "../../testing/pure.ts";

const KINDS = ["bytes", "default"] as const;
const text = (value: string) => new TextEncoder().encode(value);

async function refuses(code: string, act: () => Promise<unknown>): Promise<void> {
  assertEquals((await assertRejects(act, FtError)).code, code);
}

/** Calls every method that reads. */
async function readAll(reader: ByteReader): Promise<unknown[]> {
  const peeked = [...await reader.peek(3)];
  const line = await reader.readLine(10);
  const exact = [...await reader.readExactly(4)];
  const body: number[] = [];
  for await (const piece of reader.body(5)) body.push(...piece);
  const some = [...await reader.readSome(100) ?? []];
  const last = await reader.readLine(10);
  return [peeked, line, exact, body, some.length > 0, last === null || last.length < 3];
}

for (const kind of KINDS) {
  pure(`ByteReader reads the same at every split of a ${kind} stream`, async () => {
    const input = joined(
      text("line\r\n"),
      new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]),
      text("xyz"),
    );
    for (const chunks of splits(input)) {
      const reader = new ByteReader(streamOf(chunks, kind));
      assertEquals(await readAll(reader), [
        [...text("lin")],
        "line",
        [1, 2, 3, 4],
        [5, 6, 7, 8, 9],
        true,
        true,
      ]);
    }
  });

  pure(
    `ByteReader reads lines of a ${kind} stream up to their limit, and refuses longer ones`,
    async () => {
      for (const end of ["\n", "\r\n", ""]) {
        for (const chunks of splits(text(`12345${end}`))) {
          const reader = new ByteReader(streamOf(chunks, kind));
          assertEquals(await reader.readLine(5), "12345");
          assertEquals(await reader.readLine(5), null);
        }
        for (const chunks of splits(text(`123456${end}`))) {
          await refuses("protocol", () => new ByteReader(streamOf(chunks, kind)).readLine(5));
        }
      }
    },
  );

  pure(`ByteReader reports a ${kind} stream that ended early`, async () => {
    const reader = () => new ByteReader(streamOf([text("abc")], kind));
    await refuses("network", () => reader().readExactly(4));
    await refuses("network", () => Array.fromAsync(reader().body(4)));
    assertEquals([...await reader().peek(9)], [...text("abc")]);
    const whole = reader();
    await whole.readExactly(3);
    assertEquals([await whole.readSome(), await whole.readLine(9)], [null, null]);
    assertEquals((await whole.readExactly(0)).length, 0);
  });

  pure(`ByteReader stops waiting for a ${kind} stream when its signal is aborted`, async () => {
    const reader = new ByteReader(
      new ReadableStream<Uint8Array<ArrayBuffer>>(kind === "bytes" ? { type: kind } : {}),
    );
    const gaveUp = new AbortController();
    const reading = reader.readExactly(1, gaveUp.signal);
    gaveUp.abort(new Error("enough"));
    await assertRejects(() => reading, Error, "enough");
    await assertRejects(() => reader.fill(gaveUp.signal), Error, "enough");
    await reader.cancel();
    assertEquals(await reader.fill(), false);
  });

  pure(`ByteReader cancels a ${kind} stream with the reason`, async () => {
    const cancelled: unknown[] = [];
    const cancel = (reason: unknown) => void cancelled.push(reason);
    const stream = kind === "bytes"
      ? new ReadableStream<Uint8Array>({ type: kind, cancel })
      : new ReadableStream<Uint8Array>({ cancel });
    await new ByteReader(stream).cancel("enough");
    assertEquals(cancelled, ["enough"]);
  });
}

pure("ByteReader fills within a timeout, and loses nothing that arrives later", async () => {
  const chunk = Promise.withResolvers<Uint8Array>();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(await chunk.promise);
      controller.close();
    },
  });
  const reader = new ByteReader(stream);
  assertEquals(await reader.fillWithin(1), "timeout");
  const gaveUp = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => reader.fillWithin(60_000, gaveUp), Error, "enough");
  chunk.resolve(text("late"));
  assertEquals(await reader.fillWithin(60_000), true);
  assertEquals([...reader.peekBuffered()], [...text("late")]);
  assertEquals(await reader.fillWithin(60_000), false);
  assertEquals([reader.takeBuffered(5), reader.takeBuffered(4)?.length], [null, 4]);
  assertEquals([await reader.fillWithin(1), reader.ended], [false, true]);
});

pure("ByteReader refuses a line that is not UTF-8, and keeps a byte order mark", async () => {
  const line = (bytes: number[]) => new ByteReader(streamOf([new Uint8Array(bytes)])).readLine(9);
  await refuses("protocol", () => line([0xc3, 0x28, 10]));
  await refuses("protocol", () => line([0xed, 0xa0, 0x80, 10]));
  assertEquals(await line([0xef, 0xbb, 0xbf, 0x61, 10]), "\ufeffa");
  assertEquals(decodeUtf8(text("ä")), "ä");
});

pure(
  "ByteReader finds a distant line end without examining a byte twice (quadratic-input)",
  async () => {
    const bytes = new Uint8Array(300_000).fill(97);
    bytes[bytes.length - 1] = 10;
    const chunks = Array.from({ length: 3000 }, (_, i) => bytes.subarray(i * 100, i * 100 + 100));
    const line = await new ByteReader(streamOf(chunks)).readLine(300_000);
    assertEquals(line?.length, 299_999);
  },
);

pure("ByteReader returns every line, wherever the stream is split", async () => {
  const lines = fc.array(fc.string({ maxLength: 20 }).map((s) => s.replace(/[\r\n]/g, "")));
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(400)), async (lines, cuts) => {
      const input = text(lines.map((line) => `${line.toWellFormed()}\n`).join(""));
      const at = [
        0,
        ...cuts.filter((cut) => cut < input.length).sort((a, b) => a - b),
        input.length,
      ];
      const chunks = at.slice(1).map((end, i) => input.subarray(at[i], end));
      const reader = new ByteReader(streamOf(chunks, "bytes"));
      for (const line of lines) assertEquals(await reader.readLine(100), line.toWellFormed());
      assertEquals(await reader.readLine(100), null);
    }),
    { numRuns: 60 },
  );
});

/** A stream that has always as much as a read has room for, and counts the reads. */
function endless(): { readonly stream: ReadableStream<Uint8Array>; readonly reads: () => number } {
  let reads = 0;
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      reads++;
      const request = controller.byobRequest!;
      request.respond(request.view!.byteLength);
    },
  });
  return { stream, reads: () => reads };
}

for (const frameBytes of [8192, 60_000, 256 * 1024, 1024 * 1024]) {
  pure(`ByteReader reads frames of ${frameBytes} bytes in large reads`, async () => {
    const { stream, reads } = endless();
    const reader = new ByteReader(stream);
    let bytes = 0;
    while (bytes < 64 * 1024 * 1024) {
      bytes += (await reader.readExactly(12)).length;
      for await (const piece of reader.body(frameBytes)) bytes += piece.length;
    }
    await reader.cancel();
    // A read that follows the rest of an earlier one has as little as a quarter of the room.
    assert(reads() <= 64 * 8 + 16, `${reads()} reads`);
  });
}
