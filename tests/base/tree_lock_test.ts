import { assertEquals, assertRejects } from "@std/assert";
import { TreeLock } from "../../lib/base/tree_lock.ts";
import { pure } from "../../testing/pure.ts";

pure("TreeLock is shared by writers, exclusive for movers, and granted in order", async () => {
  const locks = new TreeLock();
  const granted: string[] = [];
  const claim = async (name: string, claimed: Promise<Disposable>) => {
    const held = await claimed;
    granted.push(name);
    return held;
  };
  const first = await claim("write a/b", locks.share(["a/b"]));
  const second = await claim("write a/b again", locks.share(["a/b", "c"]));
  const moved = claim("move a", locks.acquire(["a", "d"]));
  const later = claim("write a/c", locks.share(["a/c"]));
  const beside = await claim("write ab", locks.share(["ab"]));
  first[Symbol.dispose]();
  (await claim("move e", locks.acquire(["e"])))[Symbol.dispose]();
  second[Symbol.dispose]();
  (await moved)[Symbol.dispose]();
  (await later)[Symbol.dispose]();
  beside[Symbol.dispose]();
  assertEquals(granted, [
    ...["write a/b", "write a/b again", "write ab", "move e", "move a", "write a/c"],
  ]);
  using _all = await locks.acquire(["."]);
});

pure("TreeLock lets nobody wait for a claim that was cancelled", async () => {
  const locks = new TreeLock();
  const writer = await locks.share(["a/b"]);
  const cancelled = new AbortController();
  const moved = locks.acquire(["a"], cancelled.signal);
  const later = locks.share(["a/c"]);
  cancelled.abort(new Error("cancelled"));
  await assertRejects(() => moved, Error, "cancelled");
  (await later)[Symbol.dispose]();
  await assertRejects(() => locks.share(["z"], cancelled.signal), Error, "cancelled");
  writer[Symbol.dispose]();
  using _all = await locks.acquire(["."]);
});
