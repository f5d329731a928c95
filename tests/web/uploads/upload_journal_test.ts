import { assertEquals } from "@std/assert";
import { STAGED_UPLOAD_TTL_MS } from "../../../lib/base/limits.ts";
import { offsetOf } from "../../../lib/web/uploads/stored_upload.ts";
import { NO_CONTENT, UploadJournal } from "../../../lib/web/uploads/upload_journal.ts";

const facts = { metadata: null, existing: "refuse", name: "a" } as const;
const digest = (byte: number) => new Uint8Array(32).fill(byte);

function add(journal: UploadJournal, id: string, owner: string, usedMs = Date.now()): void {
  journal.add({ id, owner, path: "a", bytes: null, facts, usedMs, ...NO_CONTENT });
}

Deno.test("UploadJournal has the blocks of an upload, and what follows them", () => {
  using journal = new UploadJournal(":memory:");
  add(journal, "1", "ana");
  const tail = { blocks: 2, tailBytes: 5, tailDigest: digest(9) };
  journal.grow("1", { blocks: 1, tailBytes: 0, tailDigest: null }, [digest(1)], false);
  journal.grow("1", tail, [digest(2)], true);
  const stored = journal.find("1", "ana")!;
  assertEquals([stored.facts, stored.tailDigest, offsetOf(stored)], [facts, digest(9), 2097157]);
  assertEquals(journal.digests("1", 0, 9), [digest(1), digest(2)]);
  assertEquals(journal.digests("1", 1, 2), [digest(2)]);
  journal.shrink("1", { blocks: 1, tailBytes: 0, tailDigest: null });
  journal.grow("1", { blocks: 2, tailBytes: 0, tailDigest: null }, [digest(3)], false);
  assertEquals(journal.digests("1", 0, 9), [digest(1), digest(3)]);
  journal.setBytes("1", 7);
  journal.setState("1", "done", "root");
  assertEquals(offsetOf(journal.get("1")!), 7);
  assertEquals(journal.digests("1", 0, 9), []);
});

Deno.test("UploadJournal finds an upload only for its owner, until it expires", () => {
  using journal = new UploadJournal(":memory:");
  add(journal, "1", "ana");
  add(journal, "2", "ana", Date.now() - STAGED_UPLOAD_TTL_MS);
  assertEquals(journal.find("1", "ana")?.id, "1");
  assertEquals(journal.find("1", "bob"), undefined);
  assertEquals(journal.find("2", "ana"), undefined);
  assertEquals(journal.find("3", "ana"), undefined);
});

Deno.test("UploadJournal removes uploads that are too old or too many, with their blocks", () => {
  using journal = new UploadJournal(":memory:", 5);
  const nowMs = Date.now();
  add(journal, "old", "ana", nowMs - STAGED_UPLOAD_TTL_MS);
  journal.grow("old", { blocks: 1, tailBytes: 0, tailDigest: null }, [digest(1)], false);
  for (let i = 0; i < 4; i++) add(journal, `${i}`, `${i}`, nowMs - 10_000 + i);
  assertEquals(journal.get("0")?.id, "0", "five are not too many");
  add(journal, "one more", "bob", nowMs);
  assertEquals(journal.get("0"), undefined);
  journal.remove("1");
  add(journal, "another", "bob", nowMs);
  assertEquals(journal.get("2")?.id, "2");
  assertEquals(journal.digests("old", 0, 1).length, 1, "it was used when its block came");
  add(journal, "later", "bob", nowMs + STAGED_UPLOAD_TTL_MS + 60_000);
  assertEquals(journal.get("old"), undefined);
  assertEquals(journal.digests("old", 0, 1), []);
});

Deno.test("UploadJournal lists an owner's uploads, first those that are complete", () => {
  using journal = new UploadJournal(":memory:");
  const nowMs = Date.now();
  for (const [i, id] of ["1", "2", "3"].entries()) add(journal, id, "ana", nowMs - i);
  add(journal, "4", "bob");
  journal.setState("2", "done", "root");
  assertEquals(journal.own("ana"), ["2", "3", "1"]);
});
