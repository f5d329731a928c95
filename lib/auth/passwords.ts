/**
 * Stored passwords: scrypt with a random salt, and its parameters stored with the hash. A derivation
 * takes 32 MiB and a core for a moment: the caller limits how many run (see `LoginTurns`).
 *
 * @module
 */

import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import { Buffer } from "node:buffer";
import { randomBytes, scrypt, type ScryptOptions } from "node:crypto";

// 32 MiB and about a tenth of a second: the second of the settings that OWASP recommends.
const COST = { log2N: 15, r: 8, p: 3 } as const;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** Hashes a password for storage: `scrypt$log2N$r$p$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  const { log2N, r, p } = COST;
  return ["scrypt", log2N, r, p, salt.toString("base64"), hash.toString("base64")].join("$");
}

// Compared with for unknown users, so that the time does not reveal which names exist.
const NOBODY = [
  ...["scrypt", COST.log2N, COST.r, COST.p],
  ...[new Uint8Array(SALT_BYTES).toBase64(), new Uint8Array(HASH_BYTES).toBase64()],
].join("$");

/**
 * Verifies a password.
 *
 * @param stored The result of {@linkcode hashPassword}; `undefined` for an unknown user, which
 *   takes the same time and is always false.
 */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, log2N, r, p, salt = "", hash = ""] = (stored ?? NOBODY).split("$");
  const expected = Buffer.from(hash, "base64");
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  const given = await derive(password, Buffer.from(salt, "base64"), cost);
  const same = given.length === expected.length && timingSafeEqual(given, expected);
  return same && stored !== undefined;
}

function derive(
  password: string,
  salt: Uint8Array,
  { log2N, r, p }: { log2N: number; r: number; p: number },
): Promise<Buffer> {
  const N = 2 ** log2N;
  const options: ScryptOptions = { N, r, p, maxmem: 2 * 128 * N * r };
  // Keyboards differ in how they compose accented letters.
  const text = password.normalize("NFC");
  return new Promise((resolve, reject) => {
    scrypt(text, salt, HASH_BYTES, options, (error, hash) => error ? reject(error) : resolve(hash));
  });
}
