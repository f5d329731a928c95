/**
 * Leases that belong to the client with their token, as clients of WebDAV take them.
 */

import { assertEquals, assertThrows } from "@std/assert";
import { type ErrorCode, FtError } from "../../lib/base/errors.ts";
import type { LeaseHolder } from "../../lib/storage/lease_holder.ts";
import { mayKnowToken } from "../../lib/storage/held_lease.ts";
import { Leases } from "../../lib/storage/leases.ts";
import { ROOT, type StorePath, storePath } from "../../lib/storage/store_path.ts";
import { leaseHolder } from "../../testing/files/lease_holder.ts";

const [ana, bo] = [leaseHolder("ana"), leaseHolder("bo")];
const [d, a, b, sub] = ["d", "d/a", "d/b", "d/e/f"].map(storePath) as [
  ...[StorePath, StorePath, StorePath, StorePath],
];

function pure(name: string, fn: (leases: Leases, clock: { ms: number }) => void): void {
  const clock = { ms: 1000 };
  const fresh = () => new Leases({ now: () => clock.ms, maxLeases: 4 });
  Deno.test({ name, permissions: "none", fn: () => fn(fresh(), clock) });
}

function refuses(code: ErrorCode, act: () => unknown): FtError {
  const error = assertThrows(act, FtError);
  assertEquals(error.code, code);
  return error;
}

function sending(holder: LeaseHolder, ...tokens: string[]): LeaseHolder {
  return { ...holder, tokens: new Set(tokens) };
}

interface How {
  readonly shared?: boolean;
  readonly shallow?: boolean;
}

function lock(
  leases: Leases,
  path: StorePath,
  holder: LeaseHolder,
  token: string,
  { shared = false, shallow = false }: How = {},
): void {
  leases.lock({ path, holder, token, shared, shallow }, 1000);
}

pure("a lease by token binds all who do not send it, its own user as well", (leases) => {
  lock(leases, d, ana, "t");
  for (const who of [ana, bo, sending(ana, "x"), sending(bo, "t")]) {
    refuses("conflict", () => leases.check(a, who));
    refuses("conflict", () => leases.acquire(a, who, 1000));
  }
  leases.check(a, sending(ana, "x", "t"));
  leases.check(storePath("elsewhere"), bo);
});

pure("a lease by token of an anonymous client belongs to whoever sends it", (leases) => {
  const nobody = leaseHolder("nobody", { anonymous: true });
  lock(leases, a, nobody, "t");
  refuses("conflict", () => leases.check(a, nobody));
  leases.check(a, sending(bo, "t"));
  refuses("not_allowed", () => leases.release(a, nobody));
  assertEquals(leases.unlock(a, "x", bo), false);
  assertEquals(leases.unlock(a, "t", bo), true);
  leases.check(a, bo);
});

pure("leases by token exclude each other unless both are shared, whoever holds them", (leases) => {
  lock(leases, a, ana, "1", { shared: true });
  lock(leases, a, bo, "2", { shared: true });
  lock(leases, d, bo, "3", { shared: true });
  for (const who of [ana, bo, sending(ana, "1", "3")]) {
    refuses("conflict", () => lock(leases, a, who, "4"));
    refuses("conflict", () => lock(leases, d, who, "4"));
    refuses("conflict", () => leases.acquire(a, who, 1000));
  }
  leases.unlock(a, "1", ana);
  leases.unlock(a, "2", bo);
  leases.unlock(d, "3", bo);
  leases.acquire(a, ana, 1000);
  refuses("conflict", () => lock(leases, a, ana, "5", { shared: true }));
});

pure("a write needs one of the shared leases on what it changes", (leases) => {
  lock(leases, a, ana, "1", { shared: true });
  lock(leases, a, bo, "2", { shared: true });
  leases.check(a, sending(ana, "1"));
  leases.check(a, sending(bo, "2"));
  refuses("conflict", () => leases.check(a, sending(ana, "2")));
  refuses("conflict", () => leases.check(a, bo));
  lock(leases, b, bo, "3", { shared: true });
  refuses("conflict", () => leases.check(d, sending(ana, "1"), { below: true }));
  lock(leases, d, ana, "4", { shared: true });
  leases.check(d, sending(ana, "4"), { below: true });
});

pure("a shared lease of a folder's names is none of what is in it", (leases) => {
  lock(leases, d, ana, "1", { shared: true, shallow: true });
  lock(leases, a, bo, "2", { shared: true });
  leases.check(d, sending(ana, "1"));
  refuses("conflict", () => leases.check(d, sending(ana, "1"), { below: true }));
});

pure(
  "an admin's lease binds the anonymous holders of leases there, and ends those on its path",
  (leases) => {
    const nobody = leaseHolder("nobody", { anonymous: true });
    const root = leaseHolder("root", { isAdmin: () => true });
    lock(leases, d, nobody, "1", { shared: true });
    lock(leases, a, nobody, "2", { shared: true });
    leases.acquire(a, root, 1000);
    refuses("conflict", () => leases.check(a, sending(nobody, "1", "2")));
    leases.release(a, root);
    assertEquals(leases.list().map(({ path }) => path), [d]);
  },
);

pure("a shared lease that has ended lets nobody write", (leases, clock) => {
  lock(leases, a, ana, "1", { shared: true });
  clock.ms += 500;
  lock(leases, a, bo, "2", { shared: true });
  clock.ms += 500;
  refuses("conflict", () => leases.check(a, sending(ana, "1")));
  leases.check(a, sending(bo, "2"));
});

pure("a shallow lease covers a folder and its names, not what is in them", (leases) => {
  lock(leases, d, ana, "t", { shallow: true });
  refuses("conflict", () => leases.check(d, bo));
  leases.check(a, bo);
  refuses("conflict", () => leases.check(a, bo, { entry: true }));
  leases.check(a, sending(ana, "t"), { entry: true });
  leases.check(sub, bo, { entry: true });
  assertEquals(leases.leasedNames(sub), [storePath("d/e")]);
  assertEquals(leases.leasedNames(a), [a]);
  assertEquals(leases.leasedNames(d), []);
  assertEquals([leases.covering(d)?.holder, leases.covering(a)], ["ana", undefined]);
  lock(leases, a, bo, "u");
  refuses("conflict", () => lock(leases, ROOT, bo, "v"));
  lock(leases, ROOT, bo, "v", { shallow: true });
  assertEquals(leases.leasedNames(sub), [storePath("d/e"), d]);
});

pure(
  "a lease by token is renewed and released through any path that it covers",
  (leases, clock) => {
    lock(leases, d, ana, "t");
    clock.ms += 900;
    assertEquals(leases.renew(a, "t", sending(bo, "t"), 1000), null);
    assertEquals(leases.renew(a, "x", sending(ana, "x"), 1000), null);
    assertEquals(leases.renew(storePath("c"), "t", sending(ana, "t"), 1000), null);
    const renewed = leases.renew(a, "t", sending(ana, "t"), 1000);
    assertEquals([renewed?.path, renewed?.expiresAtMs], [d, clock.ms + 1000]);
    clock.ms += 900;
    refuses("conflict", () => leases.check(a, bo));
    refuses("not_allowed", () => leases.unlock(a, "t", bo));
    assertEquals(leases.unlock(storePath("c"), "t", ana), false);
    assertEquals(leases.unlock(a, "t", ana), true);
    leases.check(a, bo);
    assertEquals(leases.renew(a, "t", sending(ana, "t"), 1000), null);
  },
);

pure("a user releases a lease by token without it, and of shared ones only the own", (leases) => {
  lock(leases, a, ana, "1", { shared: true });
  lock(leases, a, bo, "2", { shared: true });
  assertEquals(leases.list().map(({ holder, shared }) => [holder, shared]), [
    ["ana", true],
    ["bo", true],
  ]);
  leases.release(a, ana);
  refuses("not_allowed", () => leases.release(a, ana));
  refuses("conflict", () => leases.check(a, ana));
  leases.release(a, leaseHolder("root", { isAdmin: () => true }), { force: true });
  leases.check(a, ana);
});

pure("leases by token end with what they are on, and others do not", (leases) => {
  lock(leases, a, ana, "1");
  lock(leases, b, ana, "2");
  leases.forget(d);
  refuses("conflict", () => leases.check(a, bo));
  leases.forget(a);
  leases.check(a, bo);
  leases.acquire(a, ana, 1000);
  leases.forget(d, { below: true });
  leases.check(b, bo);
  refuses("conflict", () => leases.check(a, bo));
});

pure("too many leases are refused until the first one expires", (leases, clock) => {
  lock(leases, a, ana, "1");
  clock.ms += 400;
  for (const token of ["2", "3", "4"]) lock(leases, storePath(token), ana, token);
  assertEquals(refuses("limit", () => lock(leases, b, ana, "5")).retryAfterMs, 600);
  clock.ms += 600;
  lock(leases, b, ana, "5");
});

Deno.test({
  name: "the token of a lease is shown to its login, or to anonymous clients of the same host",
  permissions: "none",
  fn() {
    const held = (holder: LeaseHolder) => ({ path: a, holder, expiresAtMs: 1, token: "t" });
    const nobody = (source: string) => leaseHolder("nobody", { source, anonymous: true });
    const known = [
      [ana, leaseHolder("ana")],
      [ana, bo],
      [ana, nobody("ana")],
      [nobody("host 1"), leaseHolder("other", { source: "host 1", anonymous: true })],
      [nobody("host 1"), nobody("host 2")],
    ].map(([holder, who]) => mayKnowToken(held(holder!), who!));
    assertEquals(known, [true, false, false, true, false]);
  },
});
