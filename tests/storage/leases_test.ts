import { assertEquals, assertThrows } from "@std/assert";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import { MAX_LEASE_TTL_MS } from "../../lib/base/limits.ts";
import { Leases } from "../../lib/storage/leases.ts";
import { ROOT, storePath } from "../../lib/storage/store_path.ts";

const [docs, a, other] = [storePath("docs"), storePath("docs/a"), storePath("docs2")];

function pure(name: string, fn: (leases: Leases, clock: { ms: number }) => void): void {
  const clock = { ms: 1_000_000 };
  const options = { now: () => clock.ms, maxLeases: 3 };
  Deno.test({ name, permissions: "none", fn: () => fn(new Leases(options), clock) });
}

function refuses(code: ErrorCode, act: () => unknown): FtError {
  const error = assertThrows(act, FtError);
  assertEquals(error.code, code);
  return error;
}

pure("Leases stop other users from writing, not the holder", (leases) => {
  leases.acquire(a, "ana", 1000);
  leases.check(a, "ana");
  assertEquals(refuses("conflict", () => leases.check(a, "bo")).retryAfterMs, 1000);
  refuses("conflict", () => leases.acquire(a, "bo", 1000));
});

pure("Leases on a folder cover everything below it, and no sibling", (leases) => {
  leases.acquire(docs, "ana", 1000);
  refuses("conflict", () => leases.check(a, "bo"));
  refuses("conflict", () => leases.acquire(a, "bo", 1000));
  leases.check(other, "bo");
  leases.check(ROOT, "bo");
  refuses("conflict", () => leases.check(ROOT, "bo", { below: true }));
  refuses("conflict", () => leases.acquire(ROOT, "bo", 1000));
  leases.release(docs, "ana");
  leases.acquire(ROOT, "bo", 1000);
  refuses("conflict", () => leases.check(a, "ana"));
});

pure("Leases expire, and then another user can take over", (leases, clock) => {
  const first = leases.acquire(a, "ana", 1000);
  assertEquals(first.expiresAtMs, clock.ms + 1000);
  clock.ms += 999;
  refuses("conflict", () => leases.check(a, "bo"));
  clock.ms += 1;
  leases.check(a, "bo");
  assertEquals(leases.find(a), null);
  leases.acquire(a, "bo", 1000);
  refuses("conflict", () => leases.acquire(a, "ana", 1000));
});

pure("Leases are renewed by their holder", (leases, clock) => {
  const first = leases.acquire(a, "ana", 1000);
  clock.ms += 500;
  const renewed = leases.acquire(a, "ana", 1000);
  assertEquals(renewed, { ...first, expiresAtMs: clock.ms + 1000 });
});

pure("Leases are released only by their holder", (leases) => {
  leases.acquire(a, "ana", 1000);
  refuses("not_allowed", () => leases.release(a, "bo"));
  leases.release(a, "ana");
  leases.release(a, "ana");
  leases.check(a, "bo");
});

pure("Leases are limited in duration and number, and expired ones make room", (leases, clock) => {
  for (const ttl of [0, -1, NaN]) refuses("usage", () => leases.acquire(a, "ana", ttl));
  const long = leases.acquire(a, "ana", Infinity);
  assertEquals(long.expiresAtMs, clock.ms + MAX_LEASE_TTL_MS);
  leases.acquire(storePath("b"), "ana", 10);
  leases.acquire(storePath("c"), "ana", 10);
  refuses("limit", () => leases.acquire(storePath("d"), "ana", 10));
  leases.acquire(storePath("c"), "ana", 10);
  clock.ms += 10;
  leases.acquire(storePath("d"), "ana", 10);
});
