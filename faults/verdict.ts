/**
 * Checks what must hold after a fault, without using the library.
 *
 * @module
 */

import type { Finished } from "../testing/programs/running_program.ts";
import { sha256 } from "../testing/content.ts";
import { withTimeout } from "../testing/with_timeout.ts";
import { frame, frameFollower } from "./frames.ts";
import type { System } from "../testing/programs/system.ts";
import { entries, PROBE } from "./system.ts";
import type { Job, Target } from "./work.ts";

/** Milliseconds until a server must serve a new client after a fault. */
const SERVES_MS = 1000;
/** Milliseconds until a server must have logged a fault. */
const LOGS_MS = 5000;

/** A check failed: something was lost, or is not as it must be. */
export class Wrong extends Error {
  override readonly name = "Wrong";
}

/** @throws {Wrong} When a program ended with another code than these. */
export function exited(ended: Finished, codes: readonly number[], what = "ftclient"): void {
  if (codes.includes(ended.code)) return;
  throw new Wrong(`${what} ended with ${ended.code}, not ${codes.join(" or ")}: ${ended.stderr}`);
}

/** @throws {Wrong} When a final name has neither the complete old nor the complete new content. */
export async function wholeUnderNames({ targets }: Job): Promise<void> {
  for (const target of targets) {
    const found = await contentOf(target.path);
    if (!same(found, target.old) && !same(found, target.new)) {
      throw new Wrong(describe(target, found));
    }
  }
}

/** @throws {Wrong} When a final name does not have the new content. */
export async function completed({ targets }: Job): Promise<void> {
  for (const target of targets) {
    const found = await contentOf(target.path);
    if (!same(found, target.new)) throw new Wrong(describe(target, found));
  }
}

/** @throws {Wrong} When a file or folder is left over, or is missing. */
export async function nothingElse(system: System, { entries: expected }: Job): Promise<void> {
  const found = await entries(system);
  const odd = found.filter((name) => !expected.includes(name));
  const missing = expected.filter((name) => !found.includes(name));
  if (odd.length > 0) throw new Wrong(`left behind: ${odd.join(", ")}`);
  if (missing.length > 0) throw new Wrong(`missing: ${missing.join(", ")}`);
}

/** Files that may exist as long as a work can be resumed. */
const RESUMABLE =
  /^(work\/(.*\/)?(\.ft-probe|\.[^/]+\.ft-(part(\/[^/]*)?|journal~?))|root\/\.ftserver\/(staging|batches)\/[^/]+)$/;

/** @throws {Wrong} When a file or folder is left over that a resume cannot use. */
export async function nothingButParts(system: System, { entries: expected }: Job): Promise<void> {
  const odd = (await entries(system)).filter((name) =>
    !expected.includes(name) && !RESUMABLE.test(name)
  );
  if (odd.length > 0) throw new Wrong(`left behind: ${odd.join(", ")}`);
}

/** @throws {Wrong} When the server does not log a matching line after this position of its log. */
export async function logged(system: System, pattern: RegExp, from = 0): Promise<void> {
  if (await system.logs(pattern, from, LOGS_MS)) return;
  throw new Wrong(`the server did not log ${pattern}: ${system.log.slice(from)}`);
}

/**
 * Connects as a new client, in the native protocol, and reads a small file.
 *
 * @throws {Wrong} When that does not succeed within a second.
 */
export async function serves(system: System): Promise<void> {
  const [, hostname, port] = /^ft:\/\/([^:]+):(\d+)/.exec(system.url)!;
  const began = performance.now();
  using stack = new DisposableStack();
  const reading = (async () => {
    const connection = await Deno.connect({ hostname: hostname!, port: Number(port) });
    stack.defer(() => connection.close());
    return await readProbe(connection);
  })();
  try {
    const content = await withTimeout(reading, SERVES_MS, () => {
      throw new Error("timeout");
    });
    if (content !== PROBE.content) throw new Error(`it sent ${JSON.stringify(content)}`);
  } catch (error) {
    const ms = Math.round(performance.now() - began);
    throw new Wrong(`the server did not serve a new client: ${error} (${ms} ms)`);
  }
}

async function readProbe(connection: Deno.Conn): Promise<string> {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const hello = {
    ...{ versions: [1], software: "faults/1", features: [], digests: ["sha256"] },
    blockBytes: 1024 * 1024,
  };
  const request = { op: "read", path: PROBE.name };
  await connection.write(frame("HELO", json(hello)));
  await connection.write(frame("REQU", new Uint8Array([0, 0, 0, 1]), json(request)));
  const seen = new Uint8Array(65536);
  let [length, content, ended] = [0, "", false];
  const follow = frameFollower((passing) => {
    const { type, at } = passing;
    if (type === "FAIL") throw new Error("it refused the request");
    ended ||= type === "RPLY";
    if (type !== "DATA") return;
    content = new TextDecoder().decode(seen.subarray(at + 16, at + 12 + passing.length));
  });
  while (!ended) {
    const count = await connection.read(seen.subarray(length));
    if (count === null) throw new Error("it disconnected");
    follow(seen.subarray(length, length + count), length);
    length += count;
  }
  return content;
}

/** @throws {Wrong} When a file has none of these contents. */
export async function isAnyOf(path: string, contents: readonly (Uint8Array | null)[]) {
  const found = await contentOf(path);
  if (contents.some((content) => same(found, content))) return;
  throw new Wrong(`${path} has ${found?.length ?? "no"} bytes, which match none of its versions`);
}

/** Returns whether a file has the new content of one of the targets. */
export async function isOneOf(path: string, targets: readonly Target[]): Promise<boolean> {
  const found = await contentOf(path);
  return targets.some((target) => same(found, target.new));
}

async function contentOf(path: string): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function same(found: Uint8Array | null, wanted: Uint8Array | null): boolean {
  if (found === null || wanted === null) return found === wanted;
  return found.length === wanted.length && sha256(found) === sha256(wanted);
}

function describe({ path, old, new: wanted }: Target, found: Uint8Array | null): string {
  const name = (content: Uint8Array | null) =>
    content === null ? "nothing" : `${content.length} bytes ${sha256(content).slice(0, 12)}`;
  return `${path} has ${name(found)}; old: ${name(old)}, new: ${name(wanted)}`;
}
