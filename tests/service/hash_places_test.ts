import { assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { HashPlaces } from "../../lib/service/hash_places.ts";
import { pure } from "../../testing/pure.ts";

pure("HashPlaces lets some run, some wait, and refuses others, for each holder", async () => {
  const places = new HashPlaces({ running: 1, waiting: 1 });
  const first = await places.take("ana");
  const second = places.take("ana");
  const error = await assertRejects(() => places.take("ana"), FtError);
  assertEquals([error.code, error.retryable, error.retryAfterMs], ["limit", true, 1000]);
  using _other = await places.take("bo");
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  using _second = await second;
  const third = places.take("ana");
  await assertRejects(() => places.take("ana"), FtError, "too many requests");
  _second[Symbol.dispose]();
  (await third)[Symbol.dispose]();
});

pure("HashPlaces forgets a request that stops waiting", async () => {
  const places = new HashPlaces({ running: 1, waiting: 1 });
  using _first = await places.take("ana");
  const stop = new AbortController();
  const second = places.take("ana", stop.signal);
  stop.abort(new Error("left"));
  await assertRejects(() => second, Error, "left");
  const third = places.take("ana");
  _first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
});
