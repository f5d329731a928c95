/**
 * The audit log: its chain, its seals, and every way to alter it.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { AuditLog } from "../../lib/audit/audit_log.ts";
import { auditEntries, verifyAudit } from "../../lib/audit/audit_reading.ts";
import { signerWith } from "../../lib/base/signer.ts";
import { FtError } from "../../lib/base/errors.ts";
import { makeIdentity } from "../../lib/net/make_identity.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const pem = await makeIdentity();
const SIGNER = signerWith(pem.slice(pem.indexOf("-----BEGIN PRIVATE KEY")));

function entry(name: string) {
  return { op: "put", atMs: 0, user: "ana", from: "[::1]:1", door: "native", name, result: "done" };
}

interface Small {
  readonly maxFileBytes?: number;
  readonly maxFiles?: number;
  readonly maxQueue?: number;
}

/** Writes entries with these names, in batches that each are on the disk before the next one. */
async function written(dir: string, batches: readonly string[][], options: Small = {}) {
  const faults: [string, number][] = [];
  for (const batch of batches) {
    await using log = await AuditLog.open(dir, {
      ...{ signer: SIGNER, onFault: (error, lost) => faults.push([error.code, lost]) },
      ...options,
    });
    for (const name of batch) log.add(entry(name));
  }
  return faults;
}

const names = async (dir: string) =>
  await Array.fromAsync(auditEntries(dir), ({ op, name, count }) => name ?? `${op} ${count}`);

async function altered(dir: string, message: RegExp): Promise<void> {
  const error = await assertRejects(() => verifyAudit(dir), FtError);
  assertEquals([error.code, message.test(error.message)], ["integrity", true], error.message);
}

/** A log of six lines in three files, and its folder's file names. */
async function sixLines(dir: string): Promise<string[]> {
  await written(dir, [["a", "b"], ["c", "d"], ["e", "f"]], { maxFileBytes: 300 });
  const found = [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
  assertEquals(found.filter((name) => name.endsWith(".jsonl")).length, 3);
  return found;
}

Deno.test("what is written can be read and verified, across files and restarts", async () => {
  await using dir = await tempDir();
  const log = dir.join("audit");
  await sixLines(log);
  assertEquals(await names(log), ["a", "b", "c", "d", "e", "f"]);
  const proof = await verifyAudit(log);
  assertEquals(proof, { first: 1, last: 6, keys: [SIGNER.publicKey], unsealed: 0 });
  if (Deno.build.os !== "windows") {
    for (const { name } of Deno.readDirSync(log)) {
      assertEquals((await Deno.stat(`${log}/${name}`)).mode! & 0o777, 0o600, name);
    }
  }
});

Deno.test("a log into which nothing was written can be opened again", async () => {
  await using dir = await tempDir();
  const log = dir.join("audit");
  await written(log, [[], [], ["a"], [], ["b"]], { maxFileBytes: 300 });
  assertEquals(await names(log), ["a", "b"]);
  assertEquals((await verifyAudit(log)).last, 2);
});

Deno.test("an empty log is valid", async () => {
  await using dir = await tempDir();
  assertEquals((await verifyAudit(dir.join("absent"))).last, 0);
  await written(dir.join("audit"), [[]]);
  assertEquals((await verifyAudit(dir.join("audit"))).last, 0);
});

/** Each alteration of six lines in three files, and how it is reported. */
const ALTERATIONS: Record<string, [(lines: string[], line: string) => string[], RegExp]> = {
  "a changed line": [([a, b]) => [a!.replace("ana", "eve"), b!], /line \d was changed/],
  "a removed line": [([, b]) => [b!], /line \d is missing/],
  "an added line": [([a, b]) => [a!, a!, b!], /line \d is missing|was added/],
  "two lines in another order": [([a, b]) => [b!, a!], /line \d is missing/],
  "a line that is no JSON": [([, b]) => ["{}", b!], /not an entry/],
  "a line removed at the end": [([a]) => [a!], /line \d is missing/],
};

for (const [what, [alter, message]] of Object.entries(ALTERATIONS)) {
  Deno.test(`${what} is found in every file`, async () => {
    for (const at of [0, 1, 2]) {
      await using dir = await tempDir();
      const log = dir.join("audit");
      const files = (await sixLines(log)).filter((name) => name.endsWith(".jsonl"));
      const path = `${log}/${files[at]}`;
      const lines = (await Deno.readTextFile(path)).split("\n").slice(0, -1);
      await Deno.writeTextFile(path, alter(lines, lines[0]!).map((line) => `${line}\n`).join(""));
      await altered(log, message);
    }
  });
}

Deno.test("a chain that was made anew does not match the signatures", async () => {
  await using dir = await tempDir();
  await written(dir.join("real"), [["a", "b"]]);
  await written(dir.join("forged"), [["a", "x"]]);
  const [file] = [...Deno.readDirSync(dir.join("real"))].filter(({ name }) => /jsonl/.test(name));
  await Deno.copyFile(dir.join(`forged/${file!.name}`), dir.join(`real/${file!.name}`));
  await altered(dir.join("real"), /line 2 does not match the signature/);
  await assertRejects(() => written(dir.join("real"), [["c"]]), FtError, "audit verify");
});

Deno.test("a missing file, and a changed seal, are found", async () => {
  for (const at of [0, 1, 2]) {
    await using dir = await tempDir();
    const log = dir.join("audit");
    const files = await sixLines(log);
    const seal = `${log}/${files.filter((name) => name.endsWith(".seal"))[at]}`;
    const text = await Deno.readTextFile(seal);
    await Deno.writeTextFile(seal, text.replace(/"n":(\d)/, '"n":1$1'));
    await altered(log, /signature .* is wrong/);
    await Deno.writeTextFile(seal, text);
    await verifyAudit(log);
    await Deno.remove(`${log}/${files.filter((name) => name.endsWith(".jsonl"))[at]}`);
    await altered(log, /lines \d to \d are missing/);
    await Deno.remove(`${log}/audit.seal`);
    await altered(log, /signature of the last lines is missing/);
  }
});

Deno.test("the oldest files are removed, and the log says so", async () => {
  await using dir = await tempDir();
  const log = dir.join("audit");
  const batches = Array.from({ length: 8 }, (_, i) => [`${i}a`, `${i}b`]);
  await written(log, batches, { maxFileBytes: 300, maxFiles: 3 });
  const files = [...Deno.readDirSync(log)].map(({ name }) => name).sort();
  assertEquals(files.length, 6);
  const { first, last } = await verifyAudit(log);
  assertEquals(first > 1 && last > 16, true);
  await Deno.remove(`${log}/${files[0]}`);
  await altered(log, /lines 1 to \d+ are missing/);
});

Deno.test("killed: a half-written line is removed and lines without a seal stay, both recorded", async () => {
  await using dir = await tempDir();
  const log = dir.join("audit");
  await written(log, [["a", "b"]]);
  const path = `${log}/audit-000000000001.jsonl`;
  const before = await Deno.readTextFile(path);
  await written(log, [["c"]]);
  const seal = `${log}/audit.seal`;
  const late = await Deno.readTextFile(path);
  // The state of a server that was killed between writing a line and its seal, within the next one.
  await Deno.remove(seal);
  await Deno.writeTextFile(path, `${late}{"n":4,"at`);
  assertEquals((await verifyAudit(log)).unsealed, 3);
  await written(log, [["d"]]);
  assertEquals(await names(log), ["a", "b", "c", "audit.recovered 3", "d"]);
  assertEquals((await Deno.readTextFile(path)).startsWith(before), true);
  assertEquals((await verifyAudit(log)).unsealed, 0);
});

Deno.test("killed while it signs: nothing is left after the next signature", async () => {
  await using dir = await tempDir();
  const log = dir.join("audit");
  await written(log, [["a"]]);
  const before = [...Deno.readDirSync(log)].map(({ name }) => name).sort();
  // Where a seal is written before it gets its name.
  await Deno.writeTextFile(`${log}/audit.seal~`, '{"first":1,');
  await written(log, [["b"]]);
  assertEquals([...Deno.readDirSync(log)].map(({ name }) => name).sort(), before);
  assertEquals((await verifyAudit(log)).unsealed, 0);
});

Deno.test("entries beyond the queue are lost with an error, and the log records how many", async () => {
  await using dir = await tempDir();
  const log = dir.join("audit");
  const faults = await written(log, [["a", "b", "c", "d", "e"]], { maxQueue: 3 });
  assertEquals(faults, [["limit", 1]]);
  assertEquals(await names(log), ["a", "b", "c", "audit.lost 2"]);
  await verifyAudit(log);
});

Deno.test("a name of a hostile peer is cut, and cannot end a line", async () => {
  await using dir = await tempDir();
  const log = dir.join("audit");
  await written(log, [["x".repeat(100_000), 'a\n{"n":3}\u2028\u202e"']]);
  const all = await names(log);
  assertEquals([all.length, all[0]!.length, all[1]], [2, 4096, 'a\n{"n":3}\u2028\u202e"']);
  await verifyAudit(log);
});
