/**
 * Finds out why a connection does not work, in a series of checks from the name to a write.
 *
 * @module
 */

import { type ErrorCode, FtError } from "../base/errors.ts";
import { asFtError } from "../base/os_errors.ts";
import { formatAddress } from "../net/address.ts";
import { addressesOf, type Reach, reach } from "../net/reach.ts";
import type { Endpoint } from "./remote/endpoint.ts";
import { formatEndpoint } from "./remote/endpoint.ts";
import type { Remote } from "./remote/remote.ts";

/** The result of one check. */
export interface Finding {
  /** What was checked. */
  readonly check:
    | "name"
    | "address"
    | "protocol"
    | "latency"
    | "clock"
    | "read"
    | "write"
    | "space";
  /** `unknown` if the client cannot find out. */
  readonly verdict: "ok" | "warning" | "failed" | "unknown";
  /** One line of text, without a full stop. */
  readonly detail: string;
  /** How to fix it. */
  readonly advice?: string;
  /** The code of the error, if the check failed. */
  readonly code?: ErrorCode;
}

/** Options of {@linkcode diagnose}. */
export interface DoctorOptions {
  /** Connects once, as other commands do. */
  readonly open: () => Promise<Remote>;
  /** Milliseconds for each attempt. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Most addresses of a name that are tried. */
const MAX_ADDRESSES = 8;
/** Milliseconds between the clocks above which certificates, leases and file times confuse users. */
const MAX_SKEW_MS = 5000;

/** Checks everything between this client and a server, up to the first failure. */
export async function* diagnose(
  endpoint: Endpoint,
  options: DoctorOptions,
): AsyncGenerator<Finding> {
  const addresses = yield* findAddresses(endpoint);
  if (!(yield* tryAddresses(endpoint, addresses, options))) return;
  let remote: Remote;
  try {
    remote = await options.open();
  } catch (error) {
    options.signal.throwIfAborted();
    return yield protocolFailure(endpoint, asFtError(error));
  }
  await using connected = remote;
  const dialect = connected.dialect;
  yield {
    check: "protocol",
    verdict: "ok",
    detail: `${formatEndpoint(endpoint)} speaks ${dialect}`,
  };
  yield* tryService(connected, options.signal);
}

async function* findAddresses({ hostname }: Endpoint): AsyncGenerator<Finding, readonly string[]> {
  try {
    const addresses = await addressesOf(hostname);
    const detail = `${hostname} resolves to ${addresses.join(", ")}`;
    yield { check: "name", verdict: "ok", detail };
    return addresses.slice(0, MAX_ADDRESSES);
  } catch (error) {
    const { code, message } = asFtError(error);
    const advice = "check the spelling and this machine's name server, or use an address instead";
    yield { check: "name", verdict: "failed", detail: message, advice, code };
    return [];
  }
}

/** @returns Whether an address accepts connections. */
async function* tryAddresses(
  { port }: Endpoint,
  addresses: readonly string[],
  { timeoutMs, signal }: DoctorOptions,
): AsyncGenerator<Finding, boolean> {
  const tries = addresses.map(async (hostname) => ({
    where: formatAddress(hostname, port),
    found: await reach({ hostname, port, timeoutMs, signal }),
  }));
  const results = await Promise.all(tries);
  const open = results.some(({ found }) => found.kind === "open");
  for (const { where, found } of results) yield addressFinding(where, port, found, open);
  return open;
}

function addressFinding(where: string, port: number, found: Reach, othersOpen: boolean): Finding {
  const check = "address";
  const failed = { check, verdict: othersOpen ? "warning" : "failed", code: "network" } as const;
  switch (found.kind) {
    case "open":
      return { check, verdict: "ok", detail: `${where} answers in ${found.ms.toFixed(1)} ms` };
    case "refused":
      return {
        ...failed,
        detail: `${where} refuses connections: nothing listens on port ${port} of that machine`,
        advice:
          "start ftserver there and check its port; by default it listens on 127.0.0.1 only " +
          "(ftserver --bind)",
      };
    case "filtered":
      return {
        ...failed,
        detail: `${where} does not answer: a firewall blocks it, or the machine is off`,
        advice: `allow TCP port ${port} in the firewalls of that machine and on the way to it`,
      };
    case "unreachable":
      return {
        ...failed,
        detail: found.message,
        advice: where.startsWith("[")
          ? "this machine has no IPv6 connection; IPv4 is used if the server has it"
          : "check this machine's network and routes",
      };
  }
}

function protocolFailure(endpoint: Endpoint, { code, message }: FtError): Finding {
  return { check: "protocol", verdict: "failed", detail: message, code, ...advise(endpoint, code) };
}

function advise({ scheme }: Endpoint, code: ErrorCode): { readonly advice?: string } {
  const other = scheme === "fts" ? "ft" : "fts";
  switch (code) {
    case "tls":
      return {
        advice:
          "compare with `ftserver fingerprint` on the server; if it was changed on purpose, " +
          "remove the server's line from known_hosts, else do not connect",
      };
    case "protocol":
    case "network":
      return {
        advice: `a server answers on this port, but not as ${scheme}://; check the port, or try ` +
          `${other}:// (by default fts uses port 9998, and ft 9999)`,
      };
    case "limit":
      return { advice: "the server is full: try later, or raise its --max-connections" };
    case "not_allowed":
      return { advice: "log in with --user, or start the server with --anonymous read or write" };
    default:
      return {};
  }
}

async function* tryService(remote: Remote, signal: AbortSignal): AsyncGenerator<Finding> {
  yield await attempt("latency", async () => {
    const ms = await remote.ping({ signal });
    return { verdict: "ok", detail: `a round trip takes ${ms.toFixed(1)} ms` };
  });
  yield clockFinding(remote.clockAheadMs);
  yield await attempt("read", async () => {
    for await (const _ of remote.files.list(".", { signal })) break;
    return { verdict: "ok", detail: "the top folder can be listed" };
  });
  yield await attempt("write", async () => {
    // The upload is staged and abandoned, so that no other client ever sees it.
    const name = `.ftclient-doctor-${crypto.randomUUID()}`;
    await using upload = await remote.files.stage(name, { bytes: 0, signal });
    await Array.fromAsync(upload.have({ signal }));
    await upload.abandon();
    return { verdict: "ok", detail: "files can be written" };
  });
  yield {
    check: "space",
    verdict: "unknown",
    detail: "the server does not report free space; an upload that does not fit fails with exit " +
      "code 9 and leaves nothing behind",
  };
}

function clockFinding(aheadMs: number | undefined): Finding {
  const check = "clock";
  if (aheadMs === undefined) {
    return { check, verdict: "unknown", detail: "the server does not report its time" };
  }
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  const detail = seconds === "0.0"
    ? "the clocks agree"
    : `the server's clock is ${seconds} s ${aheadMs < 0 ? "behind" : "ahead"}`;
  if (Math.abs(aheadMs) <= MAX_SKEW_MS) return { check, verdict: "ok", detail };
  return { check, verdict: "warning", detail, advice: "synchronise both clocks with NTP" };
}

async function attempt(
  check: Finding["check"],
  work: () => Promise<Omit<Finding, "check">>,
): Promise<Finding> {
  try {
    return { check, ...await work() };
  } catch (error) {
    const { code, message } = asFtError(error);
    // Many servers are read-only on purpose.
    const verdict = check === "write" && code === "not_allowed" ? "warning" : "failed";
    const advice = code === "not_allowed"
      ? "log in with --user, or ask the operator for permission"
      : undefined;
    return { check, verdict, detail: message, code, advice };
  }
}
