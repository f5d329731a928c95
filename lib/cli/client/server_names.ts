/**
 * Names on a server that are URLs. They are resolved before a command runs, so it sees paths and one
 * host.
 *
 * @module
 */

import { parseRemoteUrl } from "../../client/remote/remote_url.ts";
import type { Endpoint } from "../../client/remote/endpoint.ts";
import type { ReadEnv } from "../../base/environment.ts";
import type { CommandRow, Options } from "../program/program_table.ts";
import type { ClientValues } from "./client_flags.ts";
import { type NamedHost, namedHost } from "./named_host.ts";
import { uploadTarget } from "./upload_target.ts";

/** A run of a command, as typed. */
export interface NamesRequest extends Options<ClientValues> {
  readonly args: readonly string[];
  readonly readEnv: ReadEnv;
}

/** Options of {@linkcode resolveServerNames}. */
export interface NamesOptions {
  /** Resolves the names that are no URLs. @default {rootedName} */
  readonly relative?: (name: string) => string;
}

/** A name without a leading `/`, which means the served root. */
function rootedName(name: string): string {
  return name.startsWith("/") ? name.replace(/^\/+/, "") || "." : name;
}

/**
 * Replaces the URLs among the names on a server by paths, and sets the host that they name.
 *
 * @throws `usage` for two servers in one command, an invalid URL, or two targets of an upload.
 */
export function resolveServerNames<R extends NamesRequest>(
  run: R,
  row: Pick<CommandRow<never>, "name" | "onServer" | "offline">,
  { relative = rootedName }: NamesOptions = {},
): R & NamedHost {
  if (row.offline) return run;
  const named: Endpoint[] = [];
  let isFolderLink = false;
  const pathOf = (name: string): string => {
    const url = parseRemoteUrl(name);
    if (url === null) return relative(name);
    named.push(url.endpoint);
    isFolderLink ||= url.path.endsWith("/") && name.includes("#");
    return url.path;
  };
  const { args, values } = row.onServer === "target"
    ? uploadTarget(run, pathOf)
    : { ...run, args: row.onServer === "arguments" ? run.args.map(pathOf) : run.args };
  // To download a folder, its link is enough.
  const recursive = values.recursive || (row.name === "get" && isFolderLink);
  return { ...run, args, ...namedHost({ ...run, values: { ...values, recursive } }, named) };
}
