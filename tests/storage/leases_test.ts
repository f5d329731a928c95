import { assertEquals, assertThrows } from "@std/assert";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import { MAX_LEASE_TTL_MS } from "../../lib/base/limits.ts";
import { Leases } from "../../lib/storage/leases.ts";
import { ROOT, storePath } from "../../lib/storage/store_path.ts";
import { leaseHolder } from "../../testing/files/lease_holder.ts";

const [ana, bo] = [leaseHolder("ana"), leaseHolder("bo")];
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
  leases.acquire(a, ana, 1000);
  leases.check(a, ana);
  assertEquals(refuses("conflict", () => leases.check(a, bo)).retryAfterMs, 1000);
  refuses("conflict", () => leases.acquire(a, bo, 1000));
});

pure("Leases on a folder cover everything below it, and no sibling", (leases) => {
  leases.acquire(docs, ana, 1000);
  refuses("conflict", () => leases.check(a, bo));
  refuses("conflict", () => leases.acquire(a, bo, 1000));
  leases.check(other, bo);
  leases.check(ROOT, bo);
  refuses("conflict", () => leases.check(ROOT, bo, { below: true }));
  refuses("conflict", () => leases.acquire(ROOT, bo, 1000));
  leases.release(docs, ana);
  leases.acquire(ROOT, bo, 1000);
  refuses("conflict", () => leases.check(a, ana));
});

pure("Leases expire, and then another user can take over", (leases, clock) => {
  const first = leases.acquire(a, ana, 1000);
  assertEquals(first.expiresAtMs, clock.ms + 1000);
  clock.ms += 999;
  refuses("conflict", () => leases.check(a, bo));
  clock.ms += 1;
  leases.check(a, bo);
  assertEquals(leases.find(a), null);
  leases.acquire(a, bo, 1000);
  refuses("conflict", () => leases.acquire(a, ana, 1000));
});

pure("Leases are renewed by their holder", (leases, clock) => {
  const first = leases.acquire(a, ana, 1000);
  clock.ms += 500;
  const renewed = leases.acquire(a, ana, 1000);
  assertEquals(renewed, { ...first, expiresAtMs: clock.ms + 1000 });
});

pure("Leases are released only by their holder", (leases) => {
  leases.acquire(a, ana, 1000);
  refuses("not_allowed", () => leases.release(a, bo));
  leases.release(a, ana);
  leases.release(a, ana);
  leases.check(a, bo);
});

pure("Leases are limited in duration and number, and expired ones make room", (leases, clock) => {
  for (const ttl of [0, -1, NaN]) refuses("usage", () => leases.acquire(a, ana, ttl));
  const long = leases.acquire(a, ana, Infinity);
  assertEquals(long.expiresAtMs, clock.ms + MAX_LEASE_TTL_MS);
  leases.acquire(storePath("b"), ana, 10);
  leases.acquire(storePath("c"), ana, 10);
  refuses("limit", () => leases.acquire(storePath("d"), ana, 10));
  leases.acquire(storePath("c"), ana, 10);
  clock.ms += 10;
  leases.acquire(storePath("d"), ana, 10);
});

pure("Leases of anonymous holders do not bind an admin, who can release any by force", (leases) => {
  const nobody = leaseHolder("nobody", { anonymous: true });
  const root = leaseHolder("root", { isAdmin: () => true });
  leases.acquire(ROOT, nobody, 1000);
  leases.check(a, root);
  refuses("conflict", () => leases.check(a, ana));
  leases.release(ROOT, root, { force: true });
  leases.acquire(docs, ana, 1000);
  refuses("conflict", () => leases.check(a, root));
  refuses("not_allowed", () => leases.release(docs, root));
  refuses("not_allowed", () => leases.release(docs, bo, { force: true }));
  leases.release(docs, root, { force: true });
  leases.check(a, bo);
});

pure("Leases end with the connection of a holder that has one", (leases) => {
  const connection = new AbortController();
  const nobody = leaseHolder("nobody", { anonymous: true, connection: connection.signal });
  leases.acquire(docs, nobody, 1000);
  refuses("conflict", () => leases.check(a, ana));
  connection.abort(new FtError("network", "closed"));
  leases.check(a, ana);
  assertEquals(leases.list(), []);
  refuses("network", () => leases.acquire(docs, nobody, 1000));
});

Deno.test("Leases are limited per source, and for anonymous holders together", () => {
  const now = () => 0;
  const leases = new Leases({ now, maxLeases: 4, maxPerHolder: 2, maxAnonymous: 3 });
  const from = (id: string, source: string) => leaseHolder(id, { source, anonymous: true });
  const take = (path: string, holder: ReturnType<typeof from>) =>
    leases.acquire(storePath(path), holder, 10);
  take("1", from("x", "host"));
  take("2", from("y", "host"));
  refuses("limit", () => take("3", from("z", "host")));
  take("3", from("z", "elsewhere"));
  refuses("limit", () => take("4", from("z", "elsewhere")));
  take("4", ana);
  refuses("limit", () => take("5", ana));
  assertEquals(leases.list().map(({ path, holder }) => [String(path), holder]), [
    ...[["1", "x"], ["2", "y"], ["3", "z"], ["4", "ana"]],
  ]);
});

Deno.test("Leases of holders who may no longer write bind nobody, and make room", () => {
  const leases = new Leases({ now: () => 0, maxLeases: 2 });
  let checks = 0;
  let mayWrite = true;
  const gone = leaseHolder("gone", { mayHold: () => (checks++, mayWrite) });
  leases.acquire(docs, gone, 10);
  leases.acquire(storePath("b"), gone, 10);
  refuses("conflict", () => leases.check(docs, ana));
  refuses("limit", () => leases.acquire(storePath("c"), ana, 10));
  checks = 0;
  leases.check(storePath("elsewhere"), ana);
  assertEquals(checks, 0, "a lease elsewhere costs no check of permissions");
  mayWrite = false;
  leases.check(docs, ana);
  assertEquals([leases.find(docs), leases.list()], [null, []]);
  leases.acquire(storePath("c"), ana, 10);
});
