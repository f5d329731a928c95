/**
 * `ftclient alias`.
 *
 * @module
 */

import { FtError } from "../../../base/errors.ts";
import { hideToken } from "../../../net/address.ts";
import { Aliases, unknownAlias } from "../aliases.ts";
import { printTable } from "../../terminal/table.ts";
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
  const rows = all.map(([saved, to]) => [saved, hideToken(to)] as const);
  if (out.json) rows.forEach(([name, url]) => out.object({ name, url }));
  else printTable(out, ["NAME", "URL"], rows);
  return 0;
}
