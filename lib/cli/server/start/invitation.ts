/**
 * The command to type on another machine, for the operator at the terminal.
 *
 * @module
 */

import type { AnonymousAccess } from "../../../auth/permission.ts";
import { type LinkedName, shareLink } from "../../../client/remote/share_link.ts";
import { formatAddress } from "../../../net/address.ts";
import { parseListenUrl, parseWebUrl } from "../../../net/listen_url.ts";
import { machineAddresses } from "../../../net/machine_addresses.ts";
import type { Output } from "../../terminal/output.ts";
import { drawQr } from "../../terminal/qr_code.ts";
import { isLoopback } from "../../../server/default_access.ts";
import { isWildcard } from "./serve_options.ts";

/** Most addresses to print: one of them probably works. */
const MAX_SHOWN = 3;
/** Stands for the address of this machine where it is not known. */
export const UNKNOWN_HOST = "HOST";
const UNKNOWN = new RegExp(`//${UNKNOWN_HOST}[:/]`);

/** The served files, and the users they are for. */
export interface Invitation {
  /** The listeners, with actual ports. */
  readonly addresses: readonly string[];
  /** The listener for HTTP, with its actual port. @default there is none */
  readonly web?: string | undefined;
  /** The name of the file that is served alone; `undefined` for a folder. */
  readonly only: string | undefined;
  readonly anonymous: AnonymousAccess;
  /** The fingerprint, where clients can check it. */
  readonly pin: string | undefined;
}

type LinkEndpoint = LinkedName["endpoint"];

/**
 * The endpoints by which other machines reach the native dialect: of TLS if there are any.
 *
 * @param machine The addresses of this machine.
 */
export function reachableEndpoints(
  addresses: readonly string[],
  machine: readonly string[],
): readonly LinkEndpoint[] {
  const listeners = addresses.filter((address) => !isLoopback(address)).map(parseListenUrl)
    .filter(({ dialect }) => dialect === undefined);
  const encrypted = listeners.filter((listener) => listener.encrypted);
  const best = encrypted.length > 0 ? encrypted : listeners;
  return best.flatMap(({ hostname, port, encrypted }) => {
    const scheme = encrypted ? "fts" as const : "ft" as const;
    return hostsOf(hostname, machine).map((host) => ({ scheme, hostname: host, port }));
  });
}

/** The hosts that a listener stands for; an IPv4 wildcard has no IPv6 addresses. */
export function hostsOf(hostname: string, machine: readonly string[]): readonly string[] {
  if (!isWildcard(hostname)) return [hostname];
  const all = machine.filter((address) => hostname === "::" || !address.includes(":"));
  return all.length > 0 ? all : [UNKNOWN_HOST];
}

/** The addresses of the page for browsers of other machines; `only` is the single file's name. */
export function webPages(
  { web, only }: Pick<Invitation, "web" | "only">,
  machine: readonly string[],
): readonly string[] {
  if (web === undefined || isLoopback(web)) return [];
  const { hostname, port, encrypted } = parseWebUrl(web);
  const [scheme, usual] = encrypted ? ["https", 443] as const : ["http", 80] as const;
  const path = only === undefined ? "" : `files/${encodeURIComponent(only)}`;
  return hostsOf(hostname, machine).slice(0, MAX_SHOWN).map((host) => {
    const address = formatAddress(host, port);
    return `${scheme}://${port === usual ? address.replace(/:\d+$/, "") : address}/${path}`;
  });
}

/** The lines to print, and the first link: that of the page, which phones can open, if there is one. */
export function invitationLines(
  { addresses, web, only, anonymous, pin }: Invitation,
  machine: readonly string[],
): { readonly lines: readonly string[]; readonly link: string | undefined } {
  const login = anonymous === "none" ? " --user NAME" : "";
  const links = reachableEndpoints(addresses, machine).slice(0, MAX_SHOWN).map((endpoint) =>
    shareLink({
      ...{ endpoint, path: only ?? ".", folder: only === undefined },
      pin: endpoint.scheme === "fts" ? pin : undefined,
    })
  );
  const lines = links.map((link, i) => {
    const lead = i === 0 ? "On the other machine:" : "or";
    return `${lead.padEnd(21)}  ftclient ${only === undefined ? "ls" : "get"} ${link}${login}`;
  });
  const pages = webPages({ web, only }, machine);
  pages.forEach((page, i) =>
    lines.push(`${(i === 0 ? "In a browser:" : "or").padEnd(21)}  ${page}`)
  );
  if ([...links, ...pages].some((link) => UNKNOWN.test(link))) {
    lines.push(`(${UNKNOWN_HOST} is the name or an address of this machine)`);
  }
  return { lines, link: pages[0] ?? links[0] };
}

/** Prints on a terminal what to type on another machine, and draws the link if that is wanted. */
export async function invite(
  out: Output,
  invitation: Invitation,
  { qr }: { readonly qr: boolean },
): Promise<void> {
  if (!out.readByPeople) return;
  const { lines, link } = invitationLines(invitation, machineAddresses());
  for (const line of lines) out.notice(line);
  if (!qr) return;
  if (link !== undefined) await drawQr(out, link);
  else out.notice("no QR code: only this machine can reach the server (see --bind)");
}
