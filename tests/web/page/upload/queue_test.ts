/**
 * The queue of uploads, with transfers that the test ends.
 */

import { assert, assertEquals } from "@std/assert";
import { ApiError } from "../../../../lib/web/page/api.ts";
import type { Item, ItemChange, Seen } from "../../../../lib/web/page/upload/item.ts";
import type { Memory, Remembered } from "../../../../lib/web/page/upload/memory.ts";
import { MAX_SENDING, type NewItem, UploadQueue } from "../../../../lib/web/page/upload/queue.ts";
import { MAX_SMALL_BYTES, TakenError } from "../../../../lib/web/page/upload/sender.ts";

const SEEN: Seen = { type: "file", bytes: 3, mtime: "2026-01-01T00:00:00.000Z" };

/** A transfer under way. */
interface Transfer {
  readonly item: Item;
  readonly report: (change: ItemChange) => void;
  readonly signal: AbortSignal;
  readonly end: PromiseWithResolvers<void>;
}

class TestMemory implements Memory {
  readonly rows = new Map<string, Item>();

  add(items: readonly Remembered[]): void {
    for (const [item] of items) this.rows.set(item.id, item);
  }

  change(item: Item): void {
    this.rows.set(item.id, item);
  }

  remove(id: string): void {
    this.rows.delete(id);
  }
}

function file(name: string, content = "abc"): File {
  return new File([content], name, { lastModified: 1_700_000_000_000 });
}

function newItem(path: string, taken?: Seen): NewItem {
  return { base: "/files/", path, user: "ana", file: file(path.split("/").at(-1)!), taken };
}

/** A queue, and the transfers that it has begun. */
function testQueue() {
  const transfers = new Map<string, Transfer>();
  const discarded: string[] = [];
  const done: string[] = [];
  const memory = new TestMemory();
  const queue = new UploadQueue({
    memory,
    send(item, _file, report, signal) {
      const end = Promise.withResolvers<void>();
      transfers.set(item.path, { item, report, signal, end });
      signal.addEventListener("abort", () => end.reject(signal.reason));
      return end.promise;
    },
    discard: (item) => Promise.resolve(void discarded.push(item.path)),
    onDone: (item) => done.push(item.path),
  });
  /** Waits for what the queue does next. */
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  const states = () => [...queue.items.all()].map(({ path, state }) => `${path} ${state}`);
  const idOf = (path: string) => [...queue.items.all()].find((item) => item.path === path)!.id;
  return { queue, transfers, discarded, done, memory, settle, states, idOf };
}

Deno.test("UploadQueue sends some files at once, and the others in their order", async () => {
  const { queue, transfers, done, memory, settle, states } = testQueue();
  queue.add([..."abcdefg"].map((path) => newItem(path)));
  await settle();
  assertEquals([...transfers.keys()], [..."abcde"]);
  assertEquals([transfers.size, memory.rows.size], [MAX_SENDING, 7]);
  transfers.get("b")!.end.resolve();
  await settle();
  assertEquals([...transfers.keys()], [..."abcdef"]);
  for (const path of "acdef") transfers.get(path)!.end.resolve();
  await settle();
  transfers.get("g")!.end.resolve();
  await settle();
  assertEquals(states(), [..."abcdefg"].map((path) => `${path} done`));
  assertEquals([done, memory.rows.size], [[..."bacdefg"], 0]);
  queue.clear();
  assertEquals(states(), []);
});

Deno.test("UploadQueue sends few large files at once, and small ones beside them", async () => {
  const { queue, transfers, settle } = testQueue();
  const large = (path: string): NewItem => {
    const file = new File([new Uint8Array(MAX_SMALL_BYTES + 1)], path);
    return { ...newItem(path), file };
  };
  queue.add([large("A"), large("B"), large("C"), ...[..."abcd"].map((path) => newItem(path))]);
  await settle();
  assertEquals([...transfers.keys()], ["A", "B", "a", "b", "c"]);
  transfers.get("a")!.end.resolve();
  await settle();
  assertEquals([...transfers.keys()].at(-1), "d");
  transfers.get("A")!.end.resolve();
  await settle();
  assertEquals([...transfers.keys()].at(-1), "C");
});

Deno.test("UploadQueue pauses, and continues when the transfer has ended", async () => {
  const { queue, transfers, settle, states, idOf } = testQueue();
  queue.add([newItem("a"), newItem("b"), newItem("c"), newItem("d")]);
  await settle();
  transfers.get("a")!.report({ state: "sending", sent: 2, url: "/uploads/1" });
  queue.pause(idOf("a"));
  queue.pause(idOf("d"));
  assert(transfers.get("a")!.signal.aborted);
  queue.resume(idOf("a"));
  const before = transfers.get("a");
  await settle();
  assert(transfers.get("a") !== before, "it is sent again");
  assertEquals(transfers.get("a")!.item.url, "/uploads/1");
  // A transfer that was paused says nothing any more.
  before!.report({ sent: 99 });
  assertEquals(queue.items.get(idOf("a"))!.sent, 2);
  for (const path of ["a", "b", "c"]) transfers.get(path)!.end.resolve();
  await settle();
  assertEquals(states(), ["a done", "b done", "c done", "d paused"]);
  queue.resume(idOf("d"));
  await settle();
  assert(transfers.has("d"));
});

Deno.test("UploadQueue cancels: nothing of it is left, here or on the server", async () => {
  const { queue, transfers, discarded, memory, settle, states, idOf } = testQueue();
  queue.add([newItem("a"), newItem("b"), newItem("c"), newItem("d")]);
  await settle();
  transfers.get("a")!.report({ url: "/uploads/1" });
  queue.cancel(idOf("a"));
  queue.cancel(idOf("b"));
  await settle();
  assertEquals([discarded, memory.rows.size], [["a"], 2], "b has nothing on the server yet");
  assertEquals(states(), ["c waiting", "d waiting"]);
  assert(transfers.has("d"), "another one gets its turn");
});

Deno.test("UploadQueue keeps the error of each file, and the others go on", async () => {
  const { queue, transfers, settle, states, idOf } = testQueue();
  queue.add([newItem("a"), newItem("b"), newItem("c"), newItem("d")]);
  await settle();
  transfers.get("a")!.end.reject(new ApiError(403, "not_allowed", "no"));
  await settle();
  assertEquals(states(), ["a failed", "b waiting", "c waiting", "d waiting"]);
  assertEquals((queue.items.get(idOf("a"))!.error as ApiError).code, "not_allowed");
  queue.resume(idOf("a"));
  assertEquals(queue.items.get(idOf("a"))!.error, undefined);
  transfers.get("b")!.end.resolve();
  await settle();
  assertEquals(states()[0], "a waiting");
  assertEquals([...transfers.values()].filter(({ item }) => item.path === "a").length, 1);
});

Deno.test("UploadQueue asks about names that are taken, once for all", async () => {
  const { queue, transfers, memory, settle, states, idOf } = testQueue();
  const paths = ["a", "b", "c", "d"];
  queue.add([newItem("new"), ...paths.map((path) => newItem(path, SEEN))]);
  await settle();
  assertEquals([...transfers.keys()], ["new"]);
  assertEquals(queue.items.count("asking"), 4);
  queue.answer(idOf("a"), "skip", false);
  queue.answer(idOf("b"), "rename", false);
  assertEquals(states(), ["new waiting", "b waiting", "c asking", "d asking"]);
  queue.answer(idOf("c"), "replace", true);
  await settle();
  assertEquals(queue.items.get(idOf("d"))!.existing, { replace: SEEN });
  assertEquals(memory.rows.get(idOf("d"))!.existing, { replace: SEEN });
  assertEquals([queue.skipped, memory.rows.size], [1, 4]);
});

Deno.test("UploadQueue asks again about a version that the user has not seen", async () => {
  const { queue, transfers, settle, idOf } = testQueue();
  queue.add([newItem("a", SEEN), newItem("b")]);
  queue.answer(idOf("a"), "replace", true);
  await settle();
  const newer = { ...SEEN, bytes: 4 };
  for (const path of ["a", "b"]) transfers.get(path)!.end.reject(new TakenError(newer, "taken"));
  await settle();
  assertEquals(queue.items.count("asking"), 2, "replace for all was about what was there then");
  queue.answer(idOf("a"), "replace", false);
  await settle();
  assertEquals(transfers.get("a")!.item.existing, { replace: newer });
});

Deno.test("UploadQueue applies skip and keep both for all to names that are taken later", async () => {
  for (const choice of ["skip", "rename"] as const) {
    const { queue, transfers, settle, states, idOf } = testQueue();
    queue.add([newItem("a", SEEN), newItem("b"), newItem("c")]);
    await settle();
    queue.answer(idOf("a"), choice, true);
    transfers.get("b")!.end.reject(new TakenError(SEEN, "taken"));
    await settle();
    const now = choice === "skip" ? ["c waiting"] : ["a waiting", "b waiting", "c waiting"];
    assertEquals(states(), now);
    for (const { end } of transfers.values()) end.resolve();
    await settle();
    for (const { end } of transfers.values()) end.resolve();
    await settle();
    queue.add([newItem("d")]);
    await settle();
    transfers.get("d")!.end.reject(new TakenError(SEEN, "taken"));
    await settle();
    assertEquals(queue.items.count("asking"), 1, "later uploads are asked about again");
  }
});

Deno.test("UploadQueue never replaces a folder, nor what cannot be seen", async () => {
  for (const taken of [{ ...SEEN, type: "dir" as const }, undefined]) {
    const { queue, transfers, settle, idOf } = testQueue();
    queue.add([newItem("a")]);
    await settle();
    transfers.get("a")!.end.reject(new TakenError(taken, "taken"));
    await settle();
    queue.answer(idOf("a"), "replace", true);
    assertEquals(queue.items.get(idOf("a"))!.existing, "rename");
  }
});

Deno.test("UploadQueue continues uploads of an earlier visit, also with a file chosen again", async () => {
  const { queue, transfers, memory, settle, states } = testQueue();
  const facts = { base: "/files/", user: "ana", existing: "refuse", state: "sending" } as const;
  const rest = { ...facts, bytes: 3, lastModified: 1_700_000_000_000, sent: 1 };
  queue.restore([
    [{ ...rest, id: "1", path: "d/a", url: "/uploads/1" }, file("a")],
    [{ ...rest, id: "2", path: "d/b", url: "/uploads/2" }, undefined],
    [{ ...rest, id: "3", path: "d/c", url: "/uploads/3" }, undefined],
    [{ ...rest, id: "4", path: "d/e", taken: SEEN }, file("e")],
  ]);
  await settle();
  assertEquals(states(), ["d/a waiting", "d/b lost", "d/c lost", "d/e asking"]);
  assertEquals(queue.giveBack(file("b", "other content")), false);
  assertEquals(queue.giveBack(file("x")), false);
  assertEquals(queue.giveBack(file("b")), true);
  // The folder is dropped once more.
  queue.add([newItem("d/c", SEEN), newItem("d/new")]);
  await settle();
  assertEquals(transfers.get("d/c")!.item.url, "/uploads/3");
  assertEquals(states().slice(2), ["d/c waiting", "d/e asking", "d/new waiting"]);
  assertEquals(memory.rows.size, 1, "only the new one is added");
});

Deno.test("UploadQueue stays quick with very many files", async () => {
  const paths = Array.from({ length: 20_000 }, (_, i) => `file ${i}`);
  const ended = Promise.withResolvers<void>();
  let done = 0;
  const queue = new UploadQueue({
    memory: new TestMemory(),
    send: () => Promise.resolve(),
    discard: () => Promise.resolve(),
    onDone: () => ++done === paths.length && ended.resolve(),
  });
  queue.add(paths.map((path) => newItem(path)));
  await ended.promise;
  assertEquals(queue.items.count("done"), paths.length);
});

Deno.test("UploadQueue leaves uploads to another page, and sends the next ones", async () => {
  const { queue, transfers, discarded, memory, settle, states, idOf } = testQueue();
  queue.add([..."abcdefg"].map((path) => newItem(path)));
  await settle();
  queue.leave(["a", "g"].map(idOf));
  await settle();
  assert(transfers.get("a")!.signal.aborted);
  assertEquals([...transfers.keys()], [..."abcdef"]);
  assertEquals(states().length, 5);
  assertEquals([memory.rows.size, discarded], [7, []]);
});
