/**
 * Who a server is: a key and a certificate, made once and kept.
 *
 * @module
 */

import { toText } from "@std/streams/to-text";
import { writeAtomically } from "../base/atomic_write.ts";
import { FtError } from "../base/errors.ts";
import { asFtError, codeOf } from "../base/os_errors.ts";
import { certificateFacts, pem, pinName, pinOfKey } from "./pin.ts";

/** A server's identity. */
export interface TlsIdentity {
  /** Certificate, or chain with the server's own first, in PEM. */
  readonly cert: string;
  /** Private key in PEM. */
  readonly key: string;
  /** SHA-256 of the public key: 64 hex digits. */
  readonly pin: string;
  /** Whether clients can pin it: an authority's certificate does not carry its own pin. */
  readonly pinnable: boolean;
}

/** Certificate and key that somebody else made. */
export interface TlsFiles {
  /** Path of the certificate or chain, in PEM. */
  readonly cert: string;
  /** Path of the private key, in PEM. */
  readonly key: string;
}

/** The file under a state folder that holds key and certificate. */
const IDENTITY_FILE = "identity.pem";
/** Clients compare the key; an end of validity would only break them some day. */
const NOT_AFTER = new Date("2120-01-01T00:00:00Z");
const NOT_BEFORE = new Date("2020-01-01T00:00:00Z");

/**
 * Reads a server's identity; makes it at the first time.
 *
 * @param state The state folder, which exists.
 * @param files Certificate and key to use instead.
 * @throws `tls` for files that are no certificate and key, `not_allowed` for a key others can read.
 */
export async function openIdentity(state: string, files?: TlsFiles): Promise<TlsIdentity> {
  if (files !== undefined) {
    const cert = await readPem(files.cert);
    return identityOf(cert, await readPem(files.key), files.cert);
  }
  const path = `${state}/${IDENTITY_FILE}`;
  const text = await readOwn(path) ?? await makeOnce(path);
  return identityOf(text, text, path);
}

function identityOf(certText: string, keyText: string, path: string): TlsIdentity {
  const cert = blocksOf(certText, "CERTIFICATE");
  const key = blocksOf(keyText, "[A-Z ]*PRIVATE KEY");
  if (cert === "" || key === "") {
    throw new FtError("tls", `no certificate and key in ${path}`, { name: path });
  }
  const { pin, namesItself } = certificateFacts(cert);
  return { cert, key, pin, pinnable: namesItself };
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

/** The identity that is there, whose key must be ours alone. */
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

/** Makes the file unless another server has just done so: then theirs counts. */
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

/**
 * Makes a new identity: an ECDSA P-256 key, and a certificate that it signs itself, that is no
 * authority, and that is valid only for the name that carries its pin.
 *
 * @returns Certificate and key in PEM.
 */
export async function makeIdentity(): Promise<string> {
  // The library registers what it needs on this object; it must be there before.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" },
    true,
    ["sign", "verify"],
  );
  const spki = await crypto.subtle.exportKey("spki", keys.publicKey);
  const name = pinName(pinOfKey(new Uint8Array(spki)));
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: crypto.getRandomValues(new Uint8Array(8)).toHex().replace(/^./, "1"),
    name: "CN=ftserver",
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    keys,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
    ],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return pem("CERTIFICATE", new Uint8Array(cert.rawData)) +
    pem("PRIVATE KEY", new Uint8Array(key));
}
