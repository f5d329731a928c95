import { assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import { FtError, hasCode } from "../../lib/base/errors.ts";
import { COMMAND_SETTLE_MS, MAX_PREFIX_BYTES } from "../../lib/base/limits.ts";
import { within } from "../../lib/base/signals.ts";
import type { Dialect } from "../../lib/dialects/dialect.ts";
import { framed } from "../../lib/dialects/framed.ts";
import { http } from "../../lib/dialects/http.ts";
import { json } from "../../lib/dialects/json.ts";
import { line } from "../../lib/dialects/line.ts";
import { native } from "../../lib/dialects/native/native.ts";
import { oneshot } from "../../lib/dialects/oneshot.ts";
import { classify, select } from "../../lib/dialects/select.ts";
import { tlsHello } from "../../lib/dialects/tls_hello.ts";
import { updown } from "../../lib/dialects/updown.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { ByteReader } from "../../lib/wire/byte_reader.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { bytesOf, lengthAnd } from "../../testing/network/raw_peer.ts";

const ALL = [native, line, framed, oneshot, updown, json, http, tlsHello];
const pure = { permissions: "none" } as const;
const { signal } = new AbortController();

/** A reader of bytes that arrived on a connection that stays open. */
function openReader(bytes: string | Uint8Array): ByteReader {
  return new ByteReader(
    new ReadableStream({ start: (controller) => controller.enqueue(bytesOf(bytes)) }),
  );
}

/** First bytes and their dialect. */
const SAMPLES: readonly (readonly [string | Uint8Array, Dialect])[] = [
  [encodeFrame("HELO", bytesOf("{}")), native],
  [encodeFrame("FILE", bytesOf("a.txt")), framed],
  [encodeFrame("CHAT", bytesOf("hi")), framed],
  [encodeFrame("QUIT"), framed],
  [lengthAnd("a.txt"), oneshot],
  [lengthAnd("{x}.txt"), oneshot],
  [lengthAnd('{"no": "command here"}'), oneshot],
  [lengthAnd("n".repeat(4096)), oneshot],
  [lengthAnd('{"command":"list","path":"."}'), json],
  [lengthAnd('{"fileName": "command", "command": "get"}'), json],
  [lengthAnd(`{"command":"put","fileContent":"${"x".repeat(70_000)}"}`), json],
  ["UPLOAD a.txt", updown],
  ["DOWNLOAD a.txt", updown],
  ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", http],
  ["GET http://x/a HTTP/1.0\r\n", http],
  ["POST /a HTTP/1.1\r\n", http],
  ["DELETE /a HTTP/1.1\r\n", http],
  ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", http],
  ["GET a.txt", line],
  ["get my file.txt\r\n", line],
  ["GET /etc/passwd\n", line],
  ["gEt a", line],
  ["MSGC hello", line],
  ["EXIT", line],
  ["exit\n", line],
  ["GET\n", line],
  [new Uint8Array([0x16, 3, 1, 0, 0xa5, 1]), tlsHello],
];

Deno.test({
  name: "classify recognises each dialect by its first bytes, which no other dialect matches",
  ...pure,
  fn() {
    for (const [sample, dialect] of SAMPLES) {
      const prefix = bytesOf(sample).subarray(0, MAX_PREFIX_BYTES);
      const claims = ALL.filter((d) => d.match(prefix) === "yes").map(({ name }) => name);
      assertEquals(claims, [dialect.name], String(sample).slice(0, 40));
      for (const order of [ALL, ALL.toReversed()]) {
        assertEquals(classify(order, prefix).dialect?.name, dialect.name);
      }
    }
  },
});

Deno.test({
  name: "classify is undecided or right for every prefix of up to 16 bytes",
  ...pure,
  fn() {
    for (const [sample, dialect] of SAMPLES) {
      const bytes = bytesOf(sample);
      for (let cut = 0; cut <= Math.min(16, bytes.length); cut++) {
        const found = classify(ALL, bytes.subarray(0, cut));
        const what = `${String(sample).slice(0, 30)} cut at ${cut}`;
        if (found.dialect === undefined) assertEquals(found.open, true, what);
        else assertEquals(found.dialect.name, dialect.name, what);
      }
    }
  },
});

Deno.test({
  name: "classify leaves a GET undecided while it can become an HTTP request",
  ...pure,
  fn() {
    for (const text of ["GET", "GET ", "GET  ", "GET  *", "GET  http", "GET   /a"]) {
      const { dialect, likely, open } = classify(ALL, bytesOf(text));
      assertEquals([dialect, likely?.name, open], [undefined, "line", true], text);
    }
  },
});

Deno.test({
  name: "select waits for fragmented prefixes, at every split of the first 16 bytes",
  ...pure,
  async fn() {
    for (const [sample, dialect] of SAMPLES) {
      const bytes = bytesOf(sample);
      for (let cut = 1; cut < Math.min(16, bytes.length); cut++) {
        const reader = new ByteReader(ReadableStream.from([bytes.slice(0, cut), bytes.slice(cut)]));
        const found = await select(ALL, reader, signal);
        assertEquals(found?.name, dialect.name, `${String(sample).slice(0, 30)} cut at ${cut}`);
        await reader.cancel();
      }
    }
  },
});

Deno.test({
  name: "select waits COMMAND_SETTLE_MS for the rest of a command without a line ending",
  ...pure,
  async fn() {
    using time = new FakeTime();
    for (const text of ["GET ", "GET /etc/passwd", "MSGC"]) {
      const reader = openReader(text);
      let found: string | undefined;
      void select(ALL, reader, signal).then((dialect) => found = dialect?.name);
      await time.advance(COMMAND_SETTLE_MS - 1);
      assertEquals(found, undefined, text);
      await time.advance(1);
      assertEquals(found, "line", text);
      await reader.cancel();
    }
  },
});

Deno.test({
  name: "select refuses foreign first bytes at once, without waiting for more",
  ...pure,
  async fn() {
    using time = new FakeTime();
    const foreign: (string | Uint8Array)[] = [
      ...["HELLO", "GETA", "X", "\n", " GET a", "UPLOADa.txt", "POST /\n", "EXI\n", "gEt\0"],
      ...[[0, 0, 0, 0, 0, 0, 0, 0, 65], [5], [4, 0, 0, 1], [0, 0, 0x20, 0, 65], [0x16, 2], [0x7f]],
      ...[[0, 0, 0, 0, 1, 2, 3, 4, ...bytesOf("FILX")]],
    ].map((bytes) => typeof bytes === "string" ? bytes : new Uint8Array(bytes));
    for (const bytes of foreign) {
      const reader = openReader(bytes);
      let refused: unknown;
      void select(ALL, reader, signal).catch((error) => refused = error);
      await time.settle();
      const shown = String(bytes);
      assertEquals(hasCode(refused, "protocol"), true, shown);
      assertEquals((refused as Error).message, "the first bytes belong to no dialect", shown);
      await reader.cancel();
    }
  },
});

Deno.test({
  name: "select refuses a prefix of MAX_PREFIX_BYTES that still fits no dialect",
  ...pure,
  async fn() {
    // An HTTP request line without its version.
    const reader = openReader(`POST /${"x".repeat(MAX_PREFIX_BYTES)}`);
    await assertRejects(() => select(ALL, reader, signal), FtError, "belong to no dialect");
    await reader.cancel();
  },
});

Deno.test({
  name: "select returns null for a client that sends nothing, and refuses half a prefix",
  ...pure,
  async fn() {
    assertEquals(await select(ALL, new ByteReader(ReadableStream.from([])), signal), null);
    const half = [[0, 0, 0, 0], [0, 0, 0, 9, ...bytesOf("{half")], [...bytesOf("UPL")]];
    for (const bytes of half) {
      const reader = new ByteReader(ReadableStream.from([new Uint8Array(bytes)]));
      await assertRejects(() => select(ALL, reader, signal), FtError, "disconnected");
    }
  },
});

Deno.test({
  name: "select stops waiting when its signal aborts",
  ...pure,
  async fn() {
    const reader = openReader("UPL");
    const gone = new AbortController();
    const selected = select(ALL, reader, gone.signal);
    gone.abort(new FtError("network", "gone"));
    await assertRejects(() => within(selected, 2000), FtError, "gone");
    await reader.cancel();
  },
});

Deno.test({
  name: "classify finds at most one dialect for any bytes, and never rules out the right one",
  ...pure,
  fn() {
    const words = fc.constantFrom(
      "GET ",
      "MSGC ",
      "EXIT",
      "UPLOAD ",
      "POST ",
      "\0\0\0\0",
      "\x16\x03",
    );
    const prefix = fc.tuple(fc.oneof(words, fc.constant("")), fc.uint8Array({ maxLength: 40 }));
    fc.assert(fc.property(prefix, fc.nat(60), ([word, noise], cut) => {
      const bytes = new Uint8Array([...bytesOf(word), ...noise]);
      const claims = ALL.filter((dialect) => dialect.match(bytes) === "yes");
      assertEquals(claims.length <= 1, true, claims.map(({ name }) => name).join());
      const early = classify(ALL, bytes.subarray(0, cut));
      const open = early.open || early.dialect !== undefined;
      if (!open) assertEquals(claims, []);
    }));
  },
});
