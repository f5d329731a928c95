/**
 * Checks of a server's identity: what keeps clients from accepting it, and what may replace it.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { CERTIFICATE_WARNING_MS } from "../base/limits.ts";
import { isLoopbackHost } from "./loopback.ts";
import type { TlsIdentity } from "./tls_identity.ts";

const DAY_MS = 24 * 3_600_000;

/**
 * Returns why clients refuse a certificate, or soon will; each reason is a line without a full stop.
 *
 * @param hosts The host names and addresses of the listeners.
 * @param nowMs Milliseconds since 1970.
 */
export function identityWarnings(
  identity: TlsIdentity,
  hosts: readonly string[],
  nowMs: number,
): readonly string[] {
  const { file, names, pinnable, validFromMs, validToMs } = identity;
  const warnings: string[] = [];
  const about = `the certificate in ${file}`;
  if (nowMs > validToMs) warnings.push(`${about} expired on ${day(validToMs)}`);
  else if (nowMs < validFromMs) warnings.push(`${about} is not valid before ${day(validFromMs)}`);
  else if (validToMs - nowMs < CERTIFICATE_WARNING_MS) {
    const days = Math.floor((validToMs - nowMs) / DAY_MS);
    warnings.push(`${about} expires on ${day(validToMs)}, in ${days} d`);
  }
  if (pinnable) return warnings;
  if (names.length === 0) warnings.push(`${about} names no host (subjectAltName)`);
  else {
    for (const host of new Set(hosts)) {
      if (!isAnyHost(host) && !covers(names, host)) warnings.push(`${about} is not for ${host}`);
    }
  }
  return warnings;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Whether clients are expected to use another name than this one. */
function isAnyHost(host: string): boolean {
  return host === "0.0.0.0" || host === "::" || isLoopbackHost(host);
}

function covers(names: readonly string[], host: string): boolean {
  const wanted = [normal(host), normal(host).replace(/^[^.]+/, "*")];
  return names.some((name) => wanted.includes(normal(name)));
}

/** One spelling for all of a name or an IPv6 address. */
function normal(host: string): string {
  const url = `http://[${host}]`;
  return URL.canParse(url) ? new URL(url).hostname : host.toLowerCase();
}

/**
 * Checks that clients accept a new identity as that of the same server: the same key where they pin
 * it, else a common name.
 *
 * @throws `tls` for another identity.
 */
export function requireSameIdentity(before: TlsIdentity, after: TlsIdentity): void {
  const same = before.pinnable || after.pinnable
    ? before.pinnable === after.pinnable && before.pin === after.pin
    : before.names.some((name) => after.names.includes(name));
  if (same) return;
  const what = before.pinnable ? "has another fingerprint" : "is for other hosts";
  throw new FtError(
    "tls",
    `the certificate in ${after.file} ${what} than the one in use: clients would refuse it; ` +
      "restart the server to change its identity",
    { name: after.file },
  );
}
