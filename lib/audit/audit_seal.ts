/**
 * The seals of the audit log: a signature beside each file, over its last line.
 *
 * @module
 */

import { writeAtomically } from "../base/atomic_write.ts";
import { FtError } from "../base/errors.ts";
import { asFtError, codeOf } from "../base/os_errors.ts";
import { isSignedBy, type Signer } from "../base/signer.ts";
import type { ChainEnd } from "./audit_entry.ts";

/** A seal, as it is stored. */
export interface Seal extends ChainEnd {
  /** The number of the first line of the file. */
  readonly first: number;
  /** SPKI in base64. */
  readonly key: string;
  /** Base64. */
  readonly signature: string;
}

/**
 * Writes the seal of a file, which replaces its earlier one. A log has one writer, so that what a
 * killed one left has a fixed name and is written over.
 *
 * @throws As `writeAtomically`.
 */
export function writeSeal(path: string, first: number, end: ChainEnd, signer: Signer): void {
  const seal: Seal = {
    ...{ first, ...end, key: signer.publicKey },
    signature: signer.sign(sealedText(first, end)),
  };
  const options = { replace: true, mode: 0o600, draft: `${path}~` };
  writeAtomically(path, `${JSON.stringify(seal)}\n`, options);
}

/**
 * Reads the seal of a file and checks its signature.
 *
 * @returns `null` if there is none.
 * @throws `integrity` if the signature is wrong.
 */
export async function readSeal(path: string): Promise<Seal | null> {
  const text = await readText(path);
  if (text === null) return null;
  const seal = parseSeal(text);
  if (seal !== null && isSignedBy(seal.key, sealedText(seal.first, seal), seal.signature)) {
    return seal;
  }
  throw new FtError("integrity", `the signature in ${path} is wrong`, { name: path });
}

async function readText(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (codeOf(error) === "not_found") return null;
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

function parseSeal(text: string): Seal | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The first words keep a signature from being valid for anything else that the server signs. */
function sealedText(first: number, { n, hash }: ChainEnd): string {
  return `ftserver audit 1\n${first}\n${n}\n${hash}\n`;
}
