/**
 * `ftclient share`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { isWithin } from "../../../base/is_within.ts";
import { matchedNames } from "../../../client/transfer/matched_names.ts";
import type { Share } from "../../../native/shares.ts";
import { isoTime } from "../../../base/iso_time.ts";
import { localTime } from "../../format/times.ts";
import { printTable } from "../../terminal/table.ts";
import type { ClientContext } from "../client_context.ts";
import { forEachMatch } from "../for_each_name.ts";
import { shareNames } from "../share_names.ts";

function usage(message: string, name: string): FtError {
  return new FtError("usage", message, { name });
}

/** @throws `usage` for flags that contradict each other, or no NAME. */
function checkOptions({ args, values, sources }: ClientContext): void {
  const { list, revoke } = values;
  if (list && revoke !== undefined) {
    throw usage("--list and --revoke are mutually exclusive", "list");
  }
  if (!list && revoke === undefined) {
    if (args.length === 0) throw usage("share needs NAME, --list or --revoke ID", "share");
    return;
  }
  const only = list ? "--list" : "--revoke";
  const given = (["ttl", "once", "write", "qr"] as const).find((flag) => sources[flag] === "flag");
  if (given !== undefined) throw usage(`${only} and --${given} are mutually exclusive`, given);
  if (revoke !== undefined && args.some((name) => name !== ".")) {
    throw usage("--revoke takes an ID, and no NAME", "revoke");
  }
}

/** Shares a name by a link, lists the links that are valid, or ends one. */
export async function runShare(context: ClientContext): Promise<number> {
  checkOptions(context);
  const { args, values: { list, revoke }, out, signal } = context;
  await using remote = await context.connect();
  if (list) {
    const shares = (await remote.shares.list({ signal })).filter(({ path }) =>
      args.every((name) => isWithin(name.replace(/\/+$/, ""), path))
    );
    if (out.json) shares.forEach((share) => out.object(shareObject(share)));
    else printTable(out, ["ID", "ENDS", "USES", "RIGHTS", "BY", "PATH"], shares.map(shareFields));
    return 0;
  }
  if (revoke !== undefined) {
    await remote.shares.revoke(revoke, { signal });
    out.report({ op: "unshare", id: revoke }, `revoked ${revoke}`);
    return 0;
  }
  const matches = await matchedNames(remote.files, args, { take: "all", signal });
  return await forEachMatch(context, matches, (name) => shareNames(context, remote, [name]));
}

function shareObject({ id, path, expiresAtMs, once, write, by }: Share) {
  return { id, name: path, expires: isoTime(expiresAtMs), once, write, by };
}

function shareFields({ id, path, expiresAtMs, once, write, by }: Share): string[] {
  return [id, localTime(expiresAtMs), once ? "once" : "often", write ? "write" : "read", by, path];
}
