/**
 * The identity of a server: a key and a certificate, created once and stored.
 *
 * @module
 */

import { toText } from "@std/streams/to-text";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { writeAtomically } from "../base/atomic_write.ts";
import { FtError } from "../base/errors.ts";
import { asFtError, codeOf } from "../base/os_errors.ts";
import { makeIdentity } from "./make_identity.ts";
import { type CertificateInfo, parseCertificate, pinOfKey } from "./pin.ts";

/** A server's identity: its key, and the facts about its certificate. */
export interface TlsIdentity
  extends Pick<CertificateInfo, "pin" | "names" | "validFromMs" | "validToMs"> {
  /** The path of the file with the certificate. */
  readonly file: string;
  /** The certificate, or a chain that begins with it, in PEM. */
  readonly cert: string;
  /** The private key in PEM. */
  readonly key: string;
  /** Whether clients can pin it; a certificate of an authority does not contain its pin. */
  readonly pinnable: boolean;
}

/** Files with an existing certificate and key. */
export interface TlsFiles {
  /** The path of the certificate or chain, in PEM. */
  readonly cert: string;
  /** The path of the private key, in PEM. */
  readonly key: string;
}

/**
 * Reads the identity of a server. Creates it on the first call.
 *
 * @param state The state folder, which must exist.
 * @param files An existing certificate and key to use instead.
 * @throws `tls` for invalid files, `not_allowed` if other users can read the key.
 */
export async function openIdentity(state: string, files?: TlsFiles): Promise<TlsIdentity> {
  const identity = await readIdentity(state, files);
  if (identity !== null) return identity;
  const path = identityPath(state);
  const text = await makeOnce(path);
  return identityOf(text, text, { cert: path, key: path });
}

/**
 * Reads the identity of a server.
 *
 * @returns `null` if the server has not created one yet.
 * @throws What {@linkcode openIdentity} throws.
 */
export async function readIdentity(state: string, files?: TlsFiles): Promise<TlsIdentity | null> {
  if (files !== undefined) {
    return identityOf(await readPem(files.cert), await readPem(files.key), files);
  }
  const path = identityPath(state);
  const text = await readOwn(path);
  return text === undefined ? null : identityOf(text, text, { cert: path, key: path });
}

/** The path of the file in a state folder that contains key and certificate. */
export function identityPath(state: string): string {
  return `${state}/identity.pem`;
}

function identityOf(certText: string, keyText: string, files: TlsFiles): TlsIdentity {
  const cert = blocksOf(certText, "CERTIFICATE");
  const key = blocksOf(keyText, "[A-Z ]*PRIVATE KEY");
  if (cert === "") throw unusable(files.cert, "it contains no certificate in PEM");
  if (key === "") throw unusable(files.key, "it contains no private key in PEM");
  const parsed = certificateIn(cert, files.cert);
  if (parsed.pin !== pinOfPrivateKey(key, files.key)) {
    throw unusable(files.key, `it is not the key of the first certificate in ${files.cert}`);
  }
  const { pin, containsPin, names, validFromMs, validToMs } = parsed;
  return { file: files.cert, cert, key, pin, pinnable: containsPin, names, validFromMs, validToMs };
}

function certificateIn(pem: string, path: string): CertificateInfo {
  try {
    return parseCertificate(pem);
  } catch (error) {
    throw unusable(path, "its certificate is invalid", error);
  }
}

function pinOfPrivateKey(pem: string, path: string): string {
  if (/ENCRYPTED/.test(pem)) throw unusable(path, "its key is encrypted: remove the passphrase");
  try {
    const spki = createPublicKey(createPrivateKey(pem)).export({ type: "spki", format: "der" });
    return pinOfKey(new Uint8Array(spki));
  } catch (error) {
    throw unusable(path, "its private key is invalid", error);
  }
}

function unusable(path: string, why: string, cause?: unknown): FtError {
  return new FtError("tls", `Cannot use ${path}: ${why}`, { name: path, cause });
}

function blocksOf(text: string, label: string): string {
  const pattern = new RegExp(`-----BEGIN (${label})-----[\\s\\S]*?-----END \\1-----`, "g");
  return (text.match(pattern) ?? []).map((block) => `${block}\n`).join("");
}

async function readPem(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

/** Reads a stored identity, which only the current user may be able to read. */
async function readOwn(path: string): Promise<string | undefined> {
  try {
    using file = await Deno.open(path);
    const { mode, isFile } = await file.stat();
    if (!isFile || ((mode ?? 0) & 0o077) !== 0) {
      throw new FtError("not_allowed", `others can read ${path}: chmod 600 it`, { name: path });
    }
    return await toText(file.readable);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

/** Creates the file, or reads it if another server has just created it. */
async function makeOnce(path: string): Promise<string> {
  const text = await makeIdentity();
  try {
    writeAtomically(path, text, { replace: false, mode: 0o600 });
    return text;
  } catch (error) {
    if (codeOf(error) !== "conflict") throw asFtError(error, `Cannot write ${path}`, path);
    return (await readOwn(path))!;
  }
}
