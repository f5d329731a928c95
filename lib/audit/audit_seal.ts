/**
 * The seals of the audit log: a signature beside each file, over its last line.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { writeAtomically } from "../base/atomic_write.ts";
import { FtError } from "../base/errors.ts";
import { asFtError, codeOf } from "../base/os_errors.ts";
import type { ChainEnd } from "./audit_entry.ts";

/** Signs with the identity of the server. */
export interface Signer {
  /** The public key: SPKI in base64. */
  readonly publicKey: string;
  /** Signs with SHA-256 and the key's own algorithm. @returns The signature in base64. */
  sign(text: string): string;
}

/** A seal, as it is stored. */
export interface Seal extends ChainEnd {
  /** The number of the first line of the file. */
  readonly first: number;
  /** SPKI in base64. */
  readonly key: string;
  /** Base64. */
  readonly signature: string;
}

/** Returns a signer with a private key in PEM. @throws `tls` for an invalid key. */
export function signerWith(privateKey: string): Signer {
  try {
    const key = createPrivateKey(privateKey);
    const spki = createPublicKey(key).export({ type: "spki", format: "der" });
    return {
      publicKey: spki.toString("base64"),
      sign: (text) => sign("sha256", new TextEncoder().encode(text), key).toString("base64"),
    };
  } catch (cause) {
    throw new FtError("tls", "Cannot sign with the server's key", { cause });
  }
}

/** Writes the seal of a file, which replaces its earlier one. @throws As `writeAtomically`. */
export function writeSeal(path: string, first: number, end: ChainEnd, signer: Signer): void {
  const seal: Seal = {
    ...{ first, ...end, key: signer.publicKey },
    signature: signer.sign(sealedText(first, end)),
  };
  writeAtomically(path, `${JSON.stringify(seal)}\n`, { replace: true, mode: 0o600 });
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
  try {
    const seal: Seal = JSON.parse(text);
    const key = createPublicKey({
      ...{ key: bytesOf(seal.key), format: "der", type: "spki" } as const,
    });
    const signed = new TextEncoder().encode(sealedText(seal.first, seal));
    if (verify("sha256", signed, key, bytesOf(seal.signature))) return seal;
  } catch {
    // A seal that cannot be read is as wrong as one that does not match.
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

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}

/** The first words keep a signature from being valid for anything else that the server signs. */
function sealedText(first: number, { n, hash }: ChainEnd): string {
  return `ftserver audit 1\n${first}\n${n}\n${hash}\n`;
}
