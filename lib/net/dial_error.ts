/**
 * Why no connection could be opened.
 *
 * @module
 */

import { FtError } from "../base/errors.ts";
import { formatAddress } from "./address.ts";

/** The known reasons: the name has no address, there is no route to it, or no program listens. */
export type DialFailure = "no_address" | "unreachable" | "refused";

/** A `network` error of an attempt to connect that failed at once, for a known reason. */
export class DialError extends FtError {
  /** The reason. */
  readonly failure: DialFailure;

  /** Creates the error, with a message that names the address. */
  constructor(failure: DialFailure, hostname: string, port: number, cause: unknown) {
    super("network", messageOf(failure, hostname, port, cause), { cause });
    this.failure = failure;
  }
}

function messageOf(failure: DialFailure, hostname: string, port: number, cause: unknown): string {
  switch (failure) {
    case "no_address":
      return `${noAddress(hostname)} (check the spelling)`;
    case "unreachable":
      return `Cannot connect to ${formatAddress(hostname, port)}: ${reasonOf(cause)}`;
    case "refused":
      return `nothing listens on ${formatAddress(hostname, port)} yet (is ftserver running?)`;
  }
}

/** The message for a host name without an address. */
export function noAddress(hostname: string): string {
  return `no address is known for ${hostname}`;
}

/** The reasons for which no packet of ours reaches a host. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  EHOSTUNREACH: "no machine answers at this address",
  EHOSTDOWN: "no machine answers at this address",
  ENETUNREACH: "there is no route to its network from this machine",
  ENETDOWN: "the network of this machine is down",
  EADDRNOTAVAIL: "this machine has no address that can reach it",
  EAFNOSUPPORT: "this machine does not support this kind of address",
  EACCES: "this machine does not allow it (a firewall?)",
  EPERM: "this machine does not allow it (a firewall?)",
};

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

function reasonOf(cause: unknown): string {
  return UNREACHABLE[codeOf(cause) ?? ""] ?? "it cannot be reached";
}

/**
 * Recognises an error of the runtime's `connect`, which reports a failed lookup as a bare error.
 *
 * @returns Undefined if it has another reason.
 */
export function connectFailure(
  error: unknown,
  hostname: string,
  port: number,
): DialError | undefined {
  const bare = error instanceof Error && error.constructor === Error && codeOf(error) === undefined;
  if (!bare && !(error instanceof URIError)) return socketFailure(error, hostname, port);
  return new DialError("no_address", hostname, port, error);
}

/**
 * Recognises an error with the code of a system call, such as a socket of `node:net` emits.
 *
 * @returns Undefined if it has another reason.
 */
export function socketFailure(
  error: unknown,
  hostname: string,
  port: number,
): DialError | undefined {
  // A name with several addresses has an error for each: a server may be starting at one of them.
  const errors = error instanceof AggregateError ? error.errors : [error];
  const failures = errors.map(failureOf);
  const failure = failures.find((found) => found === "refused") ?? failures[0];
  return failure === undefined ? undefined : new DialError(failure, hostname, port, error);
}

function failureOf(error: unknown): DialFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  if ((error as { syscall?: unknown }).syscall === "getaddrinfo") return "no_address";
  const code = codeOf(error) ?? "";
  if (code === "ECONNREFUSED") return "refused";
  return Object.hasOwn(UNREACHABLE, code) ? "unreachable" : undefined;
}
