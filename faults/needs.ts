/**
 * Checks the requirements of cells.
 *
 * @module
 */

import type { Need } from "./cell.ts";

const found = new Map<Need, Promise<string | null>>();

/** Returns why the machine does not meet a requirement, or null if it does. */
export function missing(need: Need): Promise<string | null> {
  const known = found.get(need) ?? look(need);
  found.set(need, known);
  return known;
}

async function look(need: Need): Promise<string | null> {
  if (need === "curl") return await works("curl --version") ? null : "curl is not installed";
  if (Deno.build.os !== "linux") return "needs Linux";
  if (need === "linux") return null;
  if (Deno.uid() !== 0) return "needs root";
  if (need === "tmpfs") return await works(TMPFS) ? null : "cannot mount file systems";
  if (need === "netem") return await works(NETEM) ? null : "no network emulation (tc netem)";
  return null;
}

const TMPFS = "d=$(mktemp -d) && mount -t tmpfs none $d; code=$?; umount $d; rmdir $d; exit $code";
const NETEM =
  "ip netns add ftneeds && ip netns exec ftneeds tc qdisc add dev lo root netem delay " +
  "1ms; code=$?; ip netns del ftneeds; exit $code";

async function works(script: string): Promise<boolean> {
  const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
  return (await new Deno.Command("sh", { args: ["-c", script], ...streams }).output()).success;
}
