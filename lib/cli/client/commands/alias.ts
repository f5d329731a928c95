/**
 * `ftclient alias`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { hideToken } from "../../../net/address.ts";
import { Aliases, unknownAlias } from "../aliases.ts";
import type { ClientContext } from "../client_context.ts";

/** Saves, lists or removes a server; a token is never printed. */
export async function runAlias({ args, values, out, readEnv }: ClientContext): Promise<number> {
  const [name, url] = args;
  const aliases = new Aliases(readEnv);
  if (values.remove) {
    if (name === undefined || url !== undefined) {
      throw new FtError("usage", "alias --remove needs one NAME", { name: "remove" });
    }
    await aliases.remove(name);
    out.report({ op: "alias", name, removed: true }, `removed ${name}`);
    return 0;
  }
  if (name !== undefined && url !== undefined) {
    await aliases.save(name, url);
    out.report({ op: "alias", name, url: hideToken(url) }, `saved: ftclient ls ${name}:/`);
    return 0;
  }
  const all = [...aliases.all()].filter(([saved]) => name === undefined || saved === name);
  if (name !== undefined && all.length === 0) throw unknownAlias(name);
  for (const [saved, to] of all) {
    const shown = hideToken(to);
    out.result({ name: saved, url: shown }, `${saved}  ${shown}`);
  }
  return 0;
}
