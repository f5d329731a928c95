/**
 * What shall go wrong inside a program: rules over its file operations, in a file that the harness
 * writes and the program looks at before each of them, so a running server can be given new rules.
 *
 * @module
 */

/** File operations, as far as they can fail on their own. */
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

/** Operations that change what is on the disk. */
export const CHANGING: ReadonlySet<OpName> = new Set<OpName>([
  ...["create", "write", "sync", "truncate", "utime", "chmod"] as const,
  ...["rename", "link", "remove", "mkdir"] as const,
]);

/** Errors of the operating system that can be made up. */
export type Errno = "EIO" | "ENOSPC" | "EACCES" | "EROFS" | "EMFILE";

/** What happens at an operation. */
export type Deed =
  /** The program ends as by SIGKILL, is interrupted, or is stopped until it gets SIGCONT. */
  | { readonly kind: "kill" | "interrupt" | "stop" }
  /** The operation fails; `before` without having been done. */
  | { readonly kind: "fail"; readonly errno: Errno }
  /** A read or write does half of what it was asked. Only `before`. */
  | { readonly kind: "short" }
  /** A write does half, and the program ends. Only `before`. */
  | { readonly kind: "torn" }
  /** Somebody else changes a file. */
  | { readonly kind: "change"; readonly path: string; readonly how: Change }
  /** The wall clock jumps. */
  | { readonly kind: "clock"; readonly byMs: number };

/** How somebody else changes a file. */
export type Change =
  | { readonly to: "grow" | "shrink"; readonly bytes: number }
  | { readonly to: "replaced"; readonly by: string }
  | { readonly to: "removed" }
  | { readonly to: "permitted"; readonly mode: number }
  | { readonly to: "flipped"; readonly at: number };

/** When something happens. */
export interface Rule {
  /** Which operations are meant. @default all */
  readonly ops?: readonly OpName[];
  /** A regular expression for their path. @default all */
  readonly path?: string;
  /** The first of them that is struck, from 1. @default {1} */
  readonly nth?: number;
  /** How many are struck from there; `null` for all. @default {1} */
  readonly times?: number | null;
  /** Operations that are struck, all of them, once this rule has struck. @default none */
  readonly onward?: readonly OpName[];
  readonly when: "before" | "after";
  readonly deed: Deed;
}

/** The rules of one program. */
export interface Plan {
  /** Takes a line of JSON for each operation and each strike; see {@linkcode LogLine}. */
  readonly log?: string;
  readonly rules: readonly Rule[];
}

/** One operation, as it was asked for. */
export interface Op {
  readonly op: OpName;
  /** What it concerns; of a rename or link the new name. */
  readonly path: string;
  /** The old name. */
  readonly from?: string;
}

/** A line of the log. */
export type LogLine = Op & {
  /** Counts all operations since the plan was read, from 1. */
  readonly n: number;
  /** The numbers of the rules that struck, if this is about a strike. */
  readonly struck?: number;
};

/** The environment variable with the path of the plan. */
export const PLAN_VARIABLE = "FT_FAULT_PLAN";
