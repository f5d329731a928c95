/**
 * Why a connection does not work: one look after another, from the name to a write.
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

/** What one look found. */
export interface Finding {
  /** What was looked at. */
  readonly check:
    | "name"
    | "address"
    | "protocol"
    | "latency"
    | "clock"
    | "read"
    | "write"
    | "space";
  /** `unknown` is what cannot be told from here. */
  readonly verdict: "ok" | "warning" | "failed" | "unknown";
  /** One line for people, no full stop. */
  readonly detail: string;
  /** What to do about it. */
  readonly advice?: string;
  /** For what failed. */
  readonly code?: ErrorCode;
}

/** What a diagnosis works with. */
export interface DoctorOptions {
  /** Connects as any other command does. */
  readonly open: () => Promise<Remote>;
  /** Milliseconds for each try. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Addresses of one name that are tried. */
const MAX_ADDRESSES = 8;
/** Beyond it certificates, leases and times of files begin to confuse people. */
const MAX_SKEW_MS = 5000;

/** Looks at everything between this client and a server; ends with what stops it. */
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
    const detail = `${hostname} is ${addresses.join(", ")}`;
    yield { check: "name", verdict: "ok", detail };
    return addresses.slice(0, MAX_ADDRESSES);
  } catch (error) {
    const { code, message } = asFtError(error);
    const advice =
      "check the spelling, and that this machine can ask a name server; an address works too";
    yield { check: "name", verdict: "failed", detail: message, advice, code };
    return [];
  }
}

/** @returns Whether any address answers. */
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
        detail: `${where} refuses: the machine is there, nothing listens on port ${port}`,
        advice: "start ftserver there, check the port, and that it does not listen on 127.0.0.1 " +
          "alone (ftserver --bind)",
      };
    case "filtered":
      return {
        ...failed,
        detail: `${where} does not answer: a firewall drops it, or the machine is off`,
        advice: `let TCP port ${port} pass in the firewall of that machine and on the way to it`,
      };
    case "unreachable":
      return {
        ...failed,
        detail: found.message,
        advice: where.startsWith("[")
          ? "this machine has no IPv6 connection; IPv4 is used where there is one"
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
        advice: "ask the server's operator for `ftserver fingerprint` and compare; if it was " +
          "changed on purpose, remove the line of this server from known_hosts, else do not connect",
      };
    case "protocol":
    case "network":
      return {
        advice: `something answers on this port, but not as ${scheme}://; check the port, or try ` +
          `${other}:// (fts is 9998, ft is 9999 unless told)`,
      };
    case "limit":
      return { advice: "the server is full: try later, or raise --max-connections there" };
    case "not_allowed":
      return { advice: "log in with --user, or ask for --anonymous read or write there" };
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
    return { verdict: "ok", detail: "the root can be listed" };
  });
  yield await attempt("write", async () => {
    // Staged and given up: nothing of it is ever visible.
    const name = `.ftclient-doctor-${crypto.randomUUID()}`;
    await using upload = await remote.files.stage(name, { bytes: 0, signal });
    await Array.fromAsync(upload.have({ signal }));
    await upload.abandon();
    return { verdict: "ok", detail: "files can be written" };
  });
  yield {
    check: "space",
    verdict: "unknown",
    detail: "free space cannot be asked for; a file that does not fit ends with exit code 9 and " +
      "leaves nothing behind",
  };
}

function clockFinding(aheadMs: number | undefined): Finding {
  const check = "clock";
  if (aheadMs === undefined) {
    return { check, verdict: "unknown", detail: "the server does not tell its time" };
  }
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  const detail = `the server's clock is ${seconds} s ${aheadMs < 0 ? "behind" : "ahead"}`;
  if (Math.abs(aheadMs) <= MAX_SKEW_MS) return { check, verdict: "ok", detail };
  return { check, verdict: "warning", detail, advice: "set both clocks by NTP" };
}

async function attempt(
  check: Finding["check"],
  look: () => Promise<Omit<Finding, "check">>,
): Promise<Finding> {
  try {
    return { check, ...await look() };
  } catch (error) {
    const { code, message } = asFtError(error);
    // Not being allowed to write is how many servers are meant to be.
    const verdict = check === "write" && code === "not_allowed" ? "warning" : "failed";
    const advice = code === "not_allowed"
      ? "log in with --user, or ask the operator for the right"
      : undefined;
    return { check, verdict, detail: message, code, ...(advice && { advice }) };
  }
}
