/**
 * The faults of a program's file operations, as rules in a file. The program reads the file before
 * each operation, so that a running server can get new rules.
 *
 * @module
 */

/** File operations that can fail on their own. */
export type OpName =
  | "open"
  | "create"
  | "read"
  | "write"
  | "sync"
  | "truncate"
  | "utime"
  | "chmod"
  | "stat"
  | "list"
  | "lock"
  | "rename"
  | "link"
  | "remove"
  | "mkdir";

/** Operations that change the disk. */
export const CHANGING: ReadonlySet<OpName> = new Set<OpName>([
  ...["create", "write", "sync", "truncate", "utime", "chmod"] as const,
  ...["rename", "link", "remove", "mkdir"] as const,
]);

/** Errors of the operating system that a rule can raise. */
export type Errno = "EIO" | "ENOSPC" | "EACCES" | "EROFS" | "EMFILE";

/** The effect of a rule at an operation. */
export type Deed =
  /** Kills the program, interrupts it, or stops it until SIGCONT. */
  | { readonly kind: "kill" | "interrupt" | "stop" }
  /** Fails the operation; with `before`, it is not executed. */
  | { readonly kind: "fail"; readonly errno: Errno }
  /** Reads or writes half of the bytes. Only with `before`. */
  | { readonly kind: "short" }
  /** Writes half of the bytes and kills the program. Only with `before`. */
  | { readonly kind: "torn" }
  /** Changes a file, as another program would. */
  | { readonly kind: "change"; readonly path: string; readonly how: Change }
  /** Moves the wall clock. */
  | { readonly kind: "clock"; readonly byMs: number };

/** How a file is changed. */
export type Change =
  | { readonly to: "grow" | "shrink"; readonly bytes: number }
  | { readonly to: "replaced"; readonly by: string }
  | { readonly to: "removed" }
  | { readonly to: "permitted"; readonly mode: number }
  | { readonly to: "flipped"; readonly at: number };

/** A fault, and the operations that it strikes. */
export interface Rule {
  /** The operations. @default all */
  readonly ops?: readonly OpName[];
  /** A regular expression for their paths. @default all */
  readonly path?: string;
  /** The first matching operation that is struck, from 1. @default {1} */
  readonly nth?: number;
  /** The number of operations that are struck; null for all. @default {1} */
  readonly times?: number | null;
  /** Operations that are always struck after the first strike. @default none */
  readonly onward?: readonly OpName[];
  readonly when: "before" | "after";
  readonly deed: Deed;
}

/** The rules of one program. */
export interface Plan {
  /** A file for one line of JSON per operation and strike; see {@linkcode LogLine}. */
  readonly log?: string;
  readonly rules: readonly Rule[];
}

/** A file operation. */
export interface Op {
  readonly op: OpName;
  /** Its path; of a rename or link the new one. */
  readonly path: string;
  /** The old path of a rename or link. */
  readonly from?: string;
}

/** A line of the log. */
export type LogLine = Op & {
  /** The number of the operation since the plan was read, from 1. */
  readonly n: number;
  /** The number of the rule, if this line reports a strike. */
  readonly struck?: number;
};

/** The environment variable that holds the path of the plan. */
export const PLAN_VARIABLE = "FT_FAULT_PLAN";
