/**
 * What the tool prints about decided mutations.
 *
 * @module
 */

import { renderTable } from "../../testing/table.ts";
import type { Decided, Verdict } from "./judge.ts";

/** Renders one mutation as a line. */
export function renderLine({ mutation, verdict, by }: Decided): string {
  const { file, line, original, mutated } = mutation;
  const change = `${file}:${line}  ${original}  ->  ${mutated}`;
  return `${verdict.padEnd(13)}  ${change}${by === "" ? "" : `  [${by}]`}`;
}

/** The share of mutations that tests caught, of those that change behaviour, from 0 to 1. */
export function caughtShare(decided: readonly Decided[]): number {
  const real = decided.filter(({ verdict }) => verdict !== "equivalent");
  const caught = real.filter(({ verdict }) => verdict !== "survived");
  return real.length === 0 ? 0 : caught.length / real.length;
}

/** Renders the summary: the survivors with both texts, then a table. */
export function renderSummary(decided: readonly Decided[]): string[] {
  const count = (verdict: Verdict) => decided.filter((one) => one.verdict === verdict).length;
  const survivors = decided.filter(({ verdict }) => verdict === "survived")
    .flatMap(({ mutation: { file, line, kind, original, mutated } }) => [
      `${file}:${line}: ${kind}`,
      `  - ${original}`,
      `  + ${mutated}`,
    ]);
  const rows = (["caught", "caught (hang)", "survived", "equivalent"] as const)
    .map((verdict) => [verdict, `${count(verdict)}`]);
  const share = ["caught of those that change behaviour", percent(caughtShare(decided))];
  const table = renderTable([...rows, share], ["left", "right"]);
  return survivors.length === 0 ? table : ["Survivors:", ...survivors, "", ...table];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
