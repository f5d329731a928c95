/**
 * `ftclient verify`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { formatBytes } from "../../../base/format_bytes.ts";
import { knownHostsPath } from "../../../base/state_dirs.ts";
import { readReceipts, type Receipt, receiptFor } from "../../../client/receipts.ts";
import { KnownHosts } from "../../../client/trust/known_hosts.ts";
import { pinOfKey } from "../../../net/pin.ts";
import { localTime } from "../../format/times.ts";
import type { ClientContext } from "../client_context.ts";

/**
 * Checks the signatures of receipts, that a server signed them that this user knows, and whether a
 * file has the content of one.
 */
export async function runVerify(context: ClientContext): Promise<number> {
  const { args: [path = "", file], out, signal } = context;
  const all = await readReceipts(path);
  const receipts = file === undefined ? all : [await receiptFor(file, all, { signal })];
  for (const receipt of receipts) {
    const signer = await signerOf(context, receipt);
    const { name, bytes, user, at } = receipt;
    const { key: _, signature: __, ...facts } = receipt;
    const about = `${name} (${formatBytes(bytes)})`;
    const when = `uploaded by ${user}, signed by ${signer} on ${localTime(Date.parse(at))}`;
    out.result({ op: "verify", ...facts }, `${about}: ${when}`);
  }
  if (file !== undefined) out.notice(`${file} has this content`);
  return 0;
}

/** @throws `tls` for a server that is not the one of `--pin`, or not known. */
async function signerOf({ values, readEnv }: ClientContext, receipt: Receipt): Promise<string> {
  const { server, key } = receipt;
  if (pinOfKey(Uint8Array.fromBase64(key)) !== server) {
    throw new FtError("integrity", `the receipt of ${receipt.name} has another key than it says`);
  }
  if (values.pin !== undefined) {
    if (values.pin.toLowerCase() === server) return server.slice(0, 12);
    throw new FtError("tls", `signed by another server: ${server}`);
  }
  const known = knownHostsPath(readEnv);
  const addresses = known === undefined ? [] : await new KnownHosts(known).addressesOf(server);
  if (addresses[0] !== undefined) return addresses[0];
  throw new FtError("tls", `signed by a server that is not known here: ${server} (see --pin)`);
}
