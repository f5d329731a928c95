/**
 * Content that says which file and which version it is, so that a torn or wrong one shows.
 *
 * @module
 */

import { joined } from "../../bytes.ts";
import { sampleBytes } from "../../content.ts";

/** What content says about itself. */
export interface Version {
  /** The file. */
  readonly name: string;
  /** Who wrote it: files may have several writers. */
  readonly by: number;
  /** Counts the writes of a writer, from 1. */
  readonly number: number;
  /** The size of all, in bytes. */
  readonly bytes: number;
}

const HEAD_BYTES = 128;

/** Makes content of at least {@linkcode HEAD_BYTES} bytes. */
export function contentOf(version: Version): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(JSON.stringify(version).padEnd(HEAD_BYTES));
  const seed = 1 + version.by * 1_000_003 + version.number * 7919 + version.bytes;
  return joined(head, sampleBytes(Math.max(0, version.bytes - HEAD_BYTES), seed));
}

/** Reads what content says about itself; `null` unless every byte is as that says. */
export function versionOf(content: Uint8Array): Version | null {
  let version: Version;
  try {
    version = JSON.parse(new TextDecoder().decode(content.subarray(0, HEAD_BYTES)));
  } catch {
    return null;
  }
  return isEqual(contentOf(version), content) ? version : null;
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
