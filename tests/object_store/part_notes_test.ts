import { assertEquals, assertRejects } from "@std/assert";
import { PARTS_A_RECORD } from "../../lib/base/limits.ts";
import { type NotedParts, PartNotes } from "../../lib/object_store/part_notes.ts";
import { FakeTime } from "../../testing/fake_time.ts";

const part = { etag: "e", bytes: 1, digests: new Map() };

/** Notes that write into a list. */
function listed() {
  const records: number[][] = [];
  const state = { fails: false, records };
  const write = (parts: NotedParts) => {
    if (state.fails) return Promise.reject(new Error("the store is full"));
    records.push([...parts.keys()].map((number) => parts.get(number) === null ? -number : number));
    return Promise.resolve();
  };
  return { state, records, notes: new PartNotes(write, 500) };
}

Deno.test("PartNotes records a part at once, and those of the next time together", async () => {
  using time = new FakeTime();
  const { records, notes } = listed();
  notes.add(1, part);
  await time.advance(0);
  assertEquals(records, [[1]]);
  for (const number of [2, 3]) notes.add(number, part);
  await time.advance(499);
  assertEquals(records, [[1]]);
  await time.advance(1);
  assertEquals(records, [[1], [2, 3]]);
  for (let number = 1; number <= PARTS_A_RECORD; number++) notes.add(10 + number, part);
  await time.advance(0);
  assertEquals(records[2]?.length, PARTS_A_RECORD, "as many as a record takes do not wait");
});

Deno.test("PartNotes records at once that a part is not valid any more, and all at the end", async () => {
  using _time = new FakeTime();
  const { records, notes } = listed();
  for (const number of [1, 2, 3]) notes.add(number, part);
  await notes.drop(2);
  notes.add(2, part);
  notes.add(4, part);
  await notes.flush();
  await notes.flush();
  assertEquals(records, [[1, 3, -2], [2, 4]]);
});

Deno.test("PartNotes does not try again after the end", async () => {
  using time = new FakeTime();
  const { state, records, notes } = listed();
  state.fails = true;
  notes.add(1, part);
  await assertRejects(() => notes.end(), Error, "the store is full");
  state.fails = false;
  await time.advance(2000);
  assertEquals(records, []);
});

Deno.test("PartNotes keeps what could not be recorded, and forgets all when it is told to", async () => {
  using time = new FakeTime();
  const { state, records, notes } = listed();
  state.fails = true;
  notes.add(1, part);
  await time.advance(2000);
  await assertRejects(() => notes.flush(), Error, "the store is full");
  state.fails = false;
  await time.advance(500);
  assertEquals(records, [[1]]);
  notes.add(2, part);
  await notes.forget();
  await time.advance(2000);
  await notes.flush();
  assertEquals(records, [[1]]);
});

Deno.test("PartNotes leaves no timer behind when all is recorded, also during a record", async () => {
  const [begun, first] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const records: number[][] = [];
  // The test fails if this time has to pass.
  const notes = new PartNotes(async (parts) => {
    records.push([...parts.keys()]);
    begun.resolve();
    if (records.length === 1) await first.promise;
  }, 1_000_000);
  notes.add(1, part);
  await begun.promise;
  notes.add(2, part);
  const flushed = notes.flush();
  first.resolve();
  await flushed;
  assertEquals(records, [[1], [2]]);
});
