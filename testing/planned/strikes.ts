/**
 * The current plan: which operations are struck, and how.
 *
 * @module
 */

import { appendFileSync, readFileSync, statSync } from "node:fs";
import { change } from "./change.ts";
import { jump } from "./clock.ts";
import type { Deed, Errno, Op, Plan, Rule } from "./plan.ts";

const ERRORS: Readonly<Record<Errno, readonly [number: number, text: string]>> = {
  EIO: [5, "Input/output error"],
  ENOSPC: [28, "No space left on device"],
  EACCES: [13, "Permission denied"],
  EROFS: [30, "Read-only file system"],
  EMFILE: [24, "Too many open files"],
};

/** Creates an error with the shape of errors of both file APIs. */
function failure(errno: Errno): Error {
  const [number, text] = ERRORS[errno];
  const type = errno === "EACCES" ? Deno.errors.PermissionDenied : Error;
  return Object.assign(new type(`${text} (os error ${number})`), { code: errno });
}

/** A rule, and the number of its operations so far. */
interface Watch {
  readonly index: number;
  readonly rule: Rule;
  readonly path: RegExp | undefined;
  seen: number;
}

/** An operation under the plan. */
export interface Struck {
  /** Whether it does half of its work, and whether the program continues after it. */
  readonly half: "short" | "torn" | undefined;
  /** Must be called after the operation. @throws The error of the plan. */
  done(): void;
}

/** The plan, and its progress. */
export class Strikes {
  readonly #at: string;
  #version = "";
  #plan: Plan = { rules: [] };
  #watches: readonly Watch[] = [];
  #count = 0;

  /** @param at The path of the plan. */
  constructor(at: string) {
    this.#at = at;
  }

  /** Must be called before each operation. @throws The error of the plan. */
  begin(op: Op): Struck {
    this.#refresh();
    const n = ++this.#count;
    this.#log({ n, ...op });
    const due = this.#watches.filter((watch) => isDue(watch, op));
    const strike = (when: Rule["when"]) => {
      for (const { index, rule } of due.filter(({ rule }) => rule.when === when)) {
        this.#log({ n, ...op, struck: index });
        this.#do(rule.deed);
      }
    };
    strike("before");
    const half = due.map(({ rule }) => rule.deed.kind).find(isHalf);
    const done = () => half === "torn" ? this.#do({ kind: "kill" }) : strike("after");
    return { half, done };
  }

  #do(deed: Deed): void {
    switch (deed.kind) {
      case "kill":
        return Deno.kill(Deno.pid, "SIGKILL");
      case "interrupt":
        return Deno.kill(Deno.pid, "SIGINT");
      case "stop":
        return Deno.kill(Deno.pid, "SIGSTOP");
      case "fail":
        throw failure(deed.errno);
      case "change":
        return change(deed.path, deed.how);
      case "clock":
        return jump(deed.byMs);
    }
  }

  /** Reads a changed plan, and restarts the counters. */
  #refresh(): void {
    const { ino, mtimeMs } = statSync(this.#at);
    const version = `${ino} ${mtimeMs}`;
    if (version === this.#version) return;
    this.#version = version;
    this.#plan = JSON.parse(readFileSync(this.#at, "utf8"));
    this.#count = 0;
    this.#watches = this.#plan.rules.map((rule, index) => ({
      ...{ index, rule, seen: 0 },
      path: rule.path === undefined ? undefined : new RegExp(rule.path),
    }));
  }

  #log(line: object): void {
    if (this.#plan.log !== undefined) appendFileSync(this.#plan.log, `${JSON.stringify(line)}\n`);
  }
}

function isDue(watch: Watch, { op, path }: Op): boolean {
  const { ops, nth = 1, times = 1, onward } = watch.rule;
  if (watch.seen >= nth && onward?.includes(op)) return true;
  if (ops !== undefined && !ops.includes(op)) return false;
  if (watch.path !== undefined && !watch.path.test(path)) return false;
  watch.seen++;
  return watch.seen >= nth && (times === null || watch.seen < nth + times);
}

function isHalf(kind: Deed["kind"]): kind is "short" | "torn" {
  return kind === "short" || kind === "torn";
}
