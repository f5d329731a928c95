/**
 * Finds out why a connection does not work: checks from the host name to a write.
 *
 * @module
 */

import { type ErrorCode, FtError } from "../base/errors.ts";
import { asFtError, isOutOfDescriptors } from "../base/os_errors.ts";
import { formatAddress } from "../net/address.ts";
import { addressesOf, type Reach, reach } from "../net/reach.ts";
import type { Endpoint } from "./remote/endpoint.ts";
import { formatEndpoint } from "./remote/endpoint.ts";
import type { Remote } from "./remote/remote.ts";
import { forgetCommand } from "./trust/known_hosts.ts";

/** The result of one check. */
export interface Finding {
  /** The check. */
  readonly check:
    | "name"
    | "address"
    | "protocol"
    | "latency"
    | "clock"
    | "read"
    | "write"
    | "space";
  /** `unknown` if a client cannot check it. */
  readonly verdict: "ok" | "warning" | "failed" | "unknown";
  /** One line for people, without a full stop. */
  readonly detail: string;
  /** Advice for the user. */
  readonly advice?: string | undefined;
  /** The error's code, if the check failed. */
  readonly code?: ErrorCode;
}

/** Options of {@linkcode diagnose}. */
export interface DoctorOptions {
  /** Connects once, as for any other command. */
  readonly open: () => Promise<Remote>;
  /** Milliseconds for each address. */
  readonly timeoutMs: number;
  /** Cancels the checks. */
  readonly signal: AbortSignal;
}

/** The maximum number of addresses of a name to try. */
const MAX_ADDRESSES = 8;
/** With a larger difference, the times of files, leases and certificates confuse users. */
const MAX_SKEW_MS = 5000;

/**
 * Checks everything between this client and a server, and stops at the first failure that makes
 * the later checks impossible.
 *
 * @throws The signal's reason.
 */
export async function* diagnose(
  endpoint: Endpoint,
  options: DoctorOptions,
): AsyncGenerator<Finding> {
  const addresses = yield* findAddresses(endpoint);
  if (!(yield* checkAddresses(endpoint, addresses, options))) return;
  let opened: Remote;
  try {
    opened = await options.open();
  } catch (error) {
    options.signal.throwIfAborted();
    return yield protocolFailure(endpoint, asFtError(error));
  }
  await using remote = opened;
  const detail = `${formatEndpoint(endpoint)} uses the ${remote.dialect} dialect`;
  yield { check: "protocol", verdict: "ok", detail };
  yield* checkService(remote, options.signal);
}

async function* findAddresses({ hostname }: Endpoint): AsyncGenerator<Finding, readonly string[]> {
  try {
    const addresses = await addressesOf(hostname);
    const detail = `${hostname} resolves to ${addresses.join(", ")}`;
    yield { check: "name", verdict: "ok", detail };
    return addresses.slice(0, MAX_ADDRESSES);
  } catch (error) {
    const { code, message } = asFtError(error);
    const advice =
      "check the spelling, and that this machine can reach a name server; an IP address works, too";
    yield { check: "name", verdict: "failed", detail: message, advice, code };
    return [];
  }
}

/** @returns Whether any address accepts connections. */
async function* checkAddresses(
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

function addressFinding(where: string, port: number, found: Reach, anyOpen: boolean): Finding {
  const check = "address";
  const failed = { check, verdict: anyOpen ? "warning" : "failed", code: "network" } as const;
  switch (found.kind) {
    case "open":
      return { check, verdict: "ok", detail: `${where} answers in ${found.ms.toFixed(1)} ms` };
    case "refused":
      return {
        ...failed,
        detail: `${where} refuses: the machine is running, but nothing listens on port ${port}`,
        advice: "start ftserver there; check its port, and that it does not only listen on " +
          "127.0.0.1 (ftserver --bind)",
      };
    case "filtered":
      return {
        ...failed,
        detail: `${where} does not answer: a firewall blocks it, or the machine is off`,
        advice: `allow TCP port ${port} in the firewall of that machine and of the network`,
      };
    case "unreachable":
      return {
        ...failed,
        detail: found.message,
        advice: where.startsWith("[")
          ? "this machine has no IPv6 connection; IPv4 is used if the name has an IPv4 address"
          : "check this machine's network and routes",
      };
  }
}

function protocolFailure(endpoint: Endpoint, error: FtError): Finding {
  const { code, message } = error;
  const advice = isOutOfDescriptors(error)
    ? "allow this program to open more files (ulimit -n)"
    : protocolAdvice(endpoint, code);
  return { check: "protocol", verdict: "failed", detail: message, code, advice };
}

function protocolAdvice({ scheme, hostname, port }: Endpoint, code: ErrorCode): string | undefined {
  const other = scheme === "fts" ? "ft" : "fts";
  switch (code) {
    case "tls":
      return "compare with the output of `ftserver fingerprint` on the server; if the change is " +
        `expected, run ${forgetCommand(formatAddress(hostname, port))}; otherwise do not connect`;
    case "protocol":
    case "network":
      return `something answers on this port, but not as ${scheme}://; check the port, or try ` +
        `${other}:// (default ports: fts 9998, ft 9999)`;
    case "limit":
      return "the server is full: try again later, or increase --max-connections there";
    case "not_allowed":
      return "log in with --user, or ask the operator to allow access with --anonymous";
    default:
      return undefined;
  }
}

async function* checkService(remote: Remote, signal: AbortSignal): AsyncGenerator<Finding> {
  yield await check("latency", async () => {
    const ms = await remote.ping({ signal });
    return { verdict: "ok", detail: `a round trip takes ${ms.toFixed(1)} ms` };
  });
  yield clockFinding(remote.clockAheadMs);
  yield await check("read", async () => {
    for await (const _ of remote.files.list(".", { signal })) break;
    return { verdict: "ok", detail: "the top folder can be listed" };
  });
  yield await check("write", async () => {
    // The upload is abandoned, so no other client ever sees a file.
    const name = `.ftclient-doctor-${crypto.randomUUID()}`;
    await using upload = await remote.files.stage(name, { bytes: 0, signal });
    await Array.fromAsync(upload.have({ signal }));
    await upload.abandon();
    return { verdict: "ok", detail: "files can be written" };
  });
  yield {
    check: "space",
    verdict: "unknown",
    detail:
      "a client cannot query free space; an upload too large for the disk ends with exit code 9 " +
      "and leaves nothing behind",
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

async function check(
  name: Finding["check"],
  work: () => Promise<Omit<Finding, "check">>,
): Promise<Finding> {
  try {
    return { check: name, ...await work() };
  } catch (error) {
    const { code, message } = asFtError(error);
    // Many servers are read-only on purpose.
    const verdict = name === "write" && code === "not_allowed" ? "warning" : "failed";
    const advice = code === "not_allowed"
      ? "log in with --user, or ask the operator for permission"
      : undefined;
    return { check: name, verdict, detail: message, code, advice };
  }
}
