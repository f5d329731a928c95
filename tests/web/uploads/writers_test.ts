import { assertEquals, assertRejects } from "@std/assert";
import { UPLOAD_TAKEOVER_MS } from "../../../lib/base/limits.ts";
import { HttpError } from "../../../lib/web/http/http_error.ts";
import { type Writer, Writers } from "../../../lib/web/uploads/writers.ts";
import { FakeTime } from "../../../testing/fake_time.ts";
import { statusOf } from "../../../lib/web/http/problem.ts";

const { signal } = new AbortController();

/** Reads until it has to give way. */
async function silent(writer: Writer): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveWay = () => reject(writer.signal.reason);
  if (writer.signal.aborted) giveWay();
  writer.signal.addEventListener("abort", giveWay);
  try {
    await writer.arrival(promise);
  } finally {
    writer[Symbol.dispose]();
  }
}

Deno.test("a writer that is silent gives way to a new one, and learns why", async () => {
  using time = new FakeTime();
  const writers = new Writers();
  const first = await writers.claim("a", signal);
  const ended = assertRejects(() => silent(first), HttpError, "took this upload over");
  const claimed: Writer[] = [];
  const claim = writers.claim("a", signal).then((writer) => claimed.push(writer));
  await time.advance(UPLOAD_TAKEOVER_MS - 1);
  assertEquals(claimed.length, 0);
  await time.advance(1);
  await Promise.all([ended, claim]);
  using _other = await writers.claim("b", signal);
  claimed[0]![Symbol.dispose]();
  assertEquals(writers.has("a"), false);
});

Deno.test("a writer at work, or whose client sends something, does not give way", async () => {
  using time = new FakeTime();
  const writers = new Writers();
  using first = await writers.claim("a", signal);
  const refused = async (meanwhile: () => Promise<void>) => {
    const claim = writers.claim("a", signal).catch(statusOf);
    await meanwhile();
    await time.advance(UPLOAD_TAKEOVER_MS);
    assertEquals(await claim, 423);
    assertEquals(first.signal.aborted, false);
  };
  await refused(() => Promise.resolve());
  const waiting = Promise.withResolvers<void>();
  const arrival = first.arrival(waiting.promise);
  const later = Promise.withResolvers<void>();
  await refused(async () => {
    await time.advance(1000);
    waiting.resolve();
    await arrival;
    first.arrival(later.promise);
  });
  later.resolve();
});

Deno.test("a writer that ends lets the next one in at once, in whatever order they came", async () => {
  const writers = new Writers();
  const first = await writers.claim("a", signal);
  let at = 0;
  const others = Array.from({ length: 5 }, async () => {
    using _writer = await writers.claim("a", signal);
    assertEquals(at++, 0, "two writers at once");
    await Promise.resolve();
    at--;
  });
  first[Symbol.dispose]();
  await Promise.all(others);
  const left = new AbortController();
  using _busy = await writers.claim("a", signal);
  const claim = writers.claim("a", left.signal);
  left.abort(new Error("the client has left"));
  await assertRejects(() => claim, Error, "has left");
});

Deno.test("an upload that is discarded takes over from its writer at once", async () => {
  const writers = new Writers();
  const ended = assertRejects(
    async () => await silent(await writers.claim("a", signal)),
    HttpError,
  );
  using _writer = await writers.force("a");
  await ended;
});
