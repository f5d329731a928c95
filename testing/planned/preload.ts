/**
 * Runs before a program under test, so that its file operations in `Deno` follow the plan.
 *
 * @module
 */

import { installClock } from "./clock.ts";
import type { Op, OpName } from "./plan.ts";
import { later, now } from "./through.ts";

type Call = (this: unknown, ...args: unknown[]) => unknown;
type Naming = (self: unknown, args: unknown[]) => Op;
/** Changes arguments so that the call does half of its work. */
type Halving = (args: unknown[]) => unknown[];

const api = Deno as unknown as Record<string, Call>;
const file = Deno.FsFile.prototype as unknown as Record<string, Call>;
const opened = new WeakMap<object, string>();

function replaceSync(owner: Record<string, Call>, name: string, naming: Naming, halve?: Halving) {
  const real = owner[name]!;
  owner[name] = function (...args) {
    return now(naming(this, args), (half) => real.apply(this, half && halve ? halve(args) : args));
  };
}

function replace(owner: Record<string, Call>, name: string, naming: Naming, halve?: Halving) {
  replaceSync(owner, `${name}Sync`, naming, halve);
  const real = owner[name]!;
  owner[name] = function (...args) {
    return later(naming(this, args), async (half) => {
      return await real.apply(this, half && halve ? halve(args) : args);
    });
  };
}

const byPath = (op: OpName): Naming => (_, [path]) => ({ op, path: String(path) });
const byNames = (op: OpName): Naming => (_, [from, to]) => ({
  ...{ op, path: String(to), from: String(from) },
});
const byFile = (op: OpName): Naming => (self) => ({ op, path: opened.get(self as object) ?? "" });

/** Halves the text or bytes, and leaves the other arguments unchanged. */
const halfContent: Halving = ([path, content, ...rest]) => {
  const whole = content as string | Uint8Array;
  return [path, whole.slice(0, whole.length >> 1), ...rest];
};
const halfBuffer: Halving = ([bytes]) => [
  (bytes as Uint8Array).subarray(0, Math.max(1, (bytes as Uint8Array).length >> 1)),
];

const opening: Naming = (_, [path, options]) => {
  const { create, createNew } = (options ?? {}) as Deno.OpenOptions;
  return { op: create || createNew ? "create" : "open", path: String(path) };
};

/** Records the path of each opened file. */
function rememberOpened(): void {
  const { open, openSync } = Deno;
  api["openSync"] = (path, options) => {
    const fresh = openSync(path as string, options as Deno.OpenOptions);
    opened.set(fresh, String(path));
    return fresh;
  };
  api["open"] = async (path, options) => {
    const fresh = await open(path as string, options as Deno.OpenOptions);
    opened.set(fresh, String(path));
    return fresh;
  };
}

rememberOpened();
replace(api, "open", opening);
for (const name of ["stat", "lstat", "realPath"]) replace(api, name, byPath("stat"));
for (const name of ["readFile", "readTextFile"]) replace(api, name, byPath("read"));
for (const name of ["writeFile", "writeTextFile"]) {
  replace(api, name, byPath("write"), halfContent);
}
for (const name of ["rename", "link"] as const) replace(api, name, byNames(name));
for (const name of ["remove", "mkdir", "chmod", "utime", "truncate"] as const) {
  replace(api, name, byPath(name));
}
replace(api, "makeTempDir", () => ({ op: "mkdir", path: "" }));
for (const name of ["readDir", "readDirSync"]) replaceSync(api, name, byPath("list"));
for (const name of ["read", "write"] as const) replace(file, name, byFile(name), halfBuffer);
for (const name of ["sync", "truncate", "utime", "stat"] as const) {
  replace(file, name, byFile(name));
}
replace(file, "syncData", byFile("sync"));
for (const name of ["lock", "tryLock"]) replace(file, name, byFile("lock"));
installClock();
