/**
 * The moments at which a fault can strike a program: before and after each of its file operations, with
 * the phase of the work.
 *
 * @module
 */

import type { Deed, Op, Rule } from "../../testing/planned/plan.ts";

/** A moment in the sequence of a program's operations. */
export interface Moment {
  readonly op: Op;
  /** Its number among the operations of this name on this path, from 1. */
  readonly nth: number;
  readonly when: Rule["when"];
  readonly phase: Phase;
}

/** The phases that file operations reveal. */
export type Phase =
  | "after-request"
  | "first-block"
  | "middle"
  | "last-block"
  | "before-commit"
  | "between-sync-and-rename"
  | "between-rename-and-folder-sync"
  | "after-commit";

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** A pattern for the paths of content without its final name. */
export const UNNAMED = "\\.ft-part(/|$)|/\\.ftserver/(staging|batches)/[^.]";
const unnamed = new RegExp(UNNAMED);

/** Returns a pattern for a path whose random parts differ in the next run. */
export function patternOf(path: string): string {
  const parts = path.split(UUID).filter((_, i) => i % 2 === 0);
  return `^${
    parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[0-9a-f-]{36}")
  }$`;
}

/** Returns whether a path belongs to content without its final name. */
export function isUnnamed(path: string): boolean {
  return unnamed.test(path);
}

/**
 * Returns all moments of a recorded run.
 *
 * @param isContent Returns whether an operation reads or writes content.
 */
export function momentsOf(ops: readonly Op[], isContent: (op: Op) => boolean): Moment[] {
  const phaseAt = phases(ops, isContent);
  const seen = new Map<string, number>();
  return ops.flatMap((op, i) => {
    const key = `${op.op} ${patternOf(op.path)}`;
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return (["before", "after"] as const).map((when) => ({
      ...{ op, nth, when },
      phase: phaseAt(2 * i + (when === "after" ? 1 : 0)),
    }));
  });
}

/** Returns the phase of a place: twice the index of an operation, plus 1 after it. */
function phases(ops: readonly Op[], isContent: (op: Op) => boolean): (place: number) => Phase {
  const moves = ops.flatMap((op, i) => isContent(op) ? [i] : []);
  const [first, last] = [moves[0] ?? ops.length, moves.at(-1) ?? ops.length];
  const named = ops.findLastIndex(({ op, from }) =>
    (op === "rename" || op === "link") && from !== undefined && isUnnamed(from)
  );
  const synced = ops.findLastIndex(({ op }, i) => op === "sync" && i < named);
  const folder = ops.findLastIndex(({ op }, i) => op === "sync" && i > named);
  return (place) => {
    const at = place >> 1;
    if (at < first) return "after-request";
    if (at === first) return "first-block";
    if (at < last) return "middle";
    if (at === last) return "last-block";
    if (named < 0) return "before-commit";
    if (place > 2 * named) {
      return folder < 0 || place > 2 * folder ? "after-commit" : "between-rename-and-folder-sync";
    }
    return synced < 0 || place <= 2 * synced ? "before-commit" : "between-sync-and-rename";
  };
}

/** Returns a rule that strikes once, at a moment. */
export function ruleAt({ op, nth, when }: Moment, deed: Deed): Rule {
  return { ops: [op.op], path: patternOf(op.path), nth, when, deed };
}
