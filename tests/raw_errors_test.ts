/** Errors of the runtime are turned into ours where they arise. */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { filesBelow } from "../testing/files/same_files.ts";
import { REPOSITORY } from "../testing/repository.ts";
import { tempDir } from "../testing/temp_dir.ts";
import { findRawErrors, type RawCall } from "./raw_errors.ts";

const text = ({ caller, callee }: RawCall) => `${caller} calls ${callee}`;

Deno.test("no error of the runtime leaves its room, or is taken for one of ours", async () => {
  const names = await filesBelow(join(REPOSITORY, "lib"), "lib/");
  const files = names.filter((name) => name.endsWith(".ts"));
  const { leaving, deciding } = findRawErrors(REPOSITORY, files);
  assertEquals(leaving.map(text), []);
  assertEquals(deciding.map(text), []);
});

Deno.test("findRawErrors finds raw calls through functions, methods and interfaces", async () => {
  await using dir = await tempDir();
  const write = async (name: string, source: string) => {
    await Deno.mkdir(join(dir.path, name, ".."), { recursive: true });
    await Deno.writeTextFile(join(dir.path, name), source);
  };
  await write(
    "lib/a/disk.ts",
    `import { openSync } from "node:fs";
    export function look(at) { return Deno.lstatSync(at); }
    export function kept(at) { try { return look(at); } catch { return null; } }
    export function again(at) { try { return look(at); } catch (e) { throw e; } }
    export function ours(at) { try { return look(at); } catch (e) { throw asFtError(e); } }
    export function lock(at) {
      try { return look(at); } catch (e) { if (hasCode(e, "x")) return null; throw e; }
    }
    export interface Store { open(at: string): void }
    export class Disk implements Store { open(at: string) { openSync(at); } }`,
  );
  await write(
    "lib/b/use.ts",
    `import { again, kept, lock, look, ours, type Store } from "../a/disk.ts";
    export function f() { look(""); }
    export function g() { kept(""); ours(""); look("").catch(() => {}); }
    export function h() { again(""); lock(""); }
    export function i(store: Store) { store.open(""); }`,
  );
  const { leaving, deciding } = findRawErrors(dir.path, ["lib/a/disk.ts", "lib/b/use.ts"]);
  assertEquals(leaving.map(text), [
    "lib/b/use.ts: f calls lib/a/disk.ts: look",
    "lib/b/use.ts: h calls lib/a/disk.ts: again",
    "lib/b/use.ts: h calls lib/a/disk.ts: lock",
    "lib/b/use.ts: i calls lib/a/disk.ts: open",
  ]);
  assertEquals(deciding.map(text), ["lib/a/disk.ts: lock calls lib/a/disk.ts: look"]);
});
