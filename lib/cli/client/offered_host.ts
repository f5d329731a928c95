/**
 * Offers the server that is announced on the network to a user who has named none.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import { DISCOVER_WAIT_MS } from "../../base/limits.ts";
import { escapeControls } from "../../base/text.ts";
import type { FoundServer } from "../../net/dns_sd.ts";
import { type SecretTerminal, secretTerminal } from "../terminal/secrets.ts";
import type { Output } from "../terminal/output.ts";
import { askYesNo } from "../terminal/yes_no.ts";

/** How to look for servers, and where to ask. */
export interface OfferOptions {
  readonly signal: AbortSignal;
  /** Finds the announced servers. @default by mDNS, for DISCOVER_WAIT_MS */
  readonly search?: () => Promise<readonly FoundServer[]>;
  /** @default the terminal of the program */
  readonly terminal?: SecretTerminal;
}

/**
 * Asks whether to use the only server that answers.
 *
 * @returns Its address; `undefined` without a terminal, without exactly one server, or if the user
 *   does not agree.
 * @throws `interrupted` at ^C.
 */
export async function offeredHost(
  out: Output,
  { signal, search = () => searchNetwork(signal), terminal = secretTerminal() }: OfferOptions,
): Promise<string | undefined> {
  if (!terminal.input.terminal || !out.readByPeople || out.quiet) return undefined;
  out.notice("no host given: looking for servers near by");
  const found = await search();
  if (found.length > 1) { for (const { url } of found) out.notice(`found ${url}`); }
  const [only] = found;
  if (found.length !== 1 || only === undefined) return undefined;
  const shown = escapeControls(only.url.replace(/#.*/, ""));
  return await askYesNo(`use ${shown}?`, terminal, signal) ? only.url : undefined;
}

/** A network without multicast has no announced servers. */
async function searchNetwork(signal: AbortSignal): Promise<readonly FoundServer[]> {
  const { discover } =
    await (import("../../net/mdns.ts" as string) as Promise<typeof import("../../net/mdns.ts")>);
  try {
    return await discover({ waitMs: DISCOVER_WAIT_MS, signal });
  } catch (error) {
    if (hasCode(error, "network")) return [];
    throw error;
  }
}
