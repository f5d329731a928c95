/**
 * The identity of a server: a key and a certificate, created once and stored.
 *
 * @module
 */

import { toText } from "@std/streams/to-text";
import { writeAtomically } from "../base/atomic_write.ts";
import { FtError } from "../base/errors.ts";
import { asFtError, codeOf } from "../base/os_errors.ts";
import { parseCertificate, pem, pinName, pinOfKey } from "./pin.ts";

/** A server's identity. */
export interface TlsIdentity {
  /** The certificate, or a chain that begins with it, in PEM. */
  readonly cert: string;
  /** The private key in PEM. */
  readonly key: string;
  /** The SHA-256 of the public key: 64 hex digits. */
  readonly pin: string;
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

/** The file in a state folder that contains key and certificate. */
const IDENTITY_FILE = "identity.pem";
/** Clients compare keys, so an expiry date would only break them one day. */
const NOT_AFTER = new Date("2120-01-01T00:00:00Z");
const NOT_BEFORE = new Date("2020-01-01T00:00:00Z");

/**
 * Reads the identity of a server. Creates it on the first call.
 *
 * @param state The state folder, which must exist.
 * @param files An existing certificate and key to use instead.
 * @throws `tls` for invalid files, `not_allowed` if other users can read the key.
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
  const { pin, containsPin } = parseCertificate(cert);
  return { cert, key, pin, pinnable: containsPin };
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

/**
 * Creates an identity: an ECDSA P-256 key and a self-signed certificate. The certificate is not an
 * authority and is valid only for the host name that contains its pin.
 *
 * @returns The certificate and the key in PEM.
 */
export async function makeIdentity(): Promise<string> {
  // The library uses the metadata API of this package as soon as it is loaded.
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
