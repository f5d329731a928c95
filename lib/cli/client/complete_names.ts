/**
 * Completion of names on a server, for the shells: a hidden command that completion scripts run.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import { COMPLETION_TIMEOUT_MS, MAX_COMPLETED_NAMES } from "../../base/limits.ts";
import { startDeadline } from "../../base/signals.ts";
import { hasControl } from "../../base/text.ts";
import { knownHostsPath } from "../../base/state_dirs.ts";
import { parseEndpoints } from "../../client/remote/endpoints.ts";
import { KnownHosts } from "../../client/trust/known_hosts.ts";
import { FtError } from "../../base/errors.ts";
import { formatAddress } from "../../net/address.ts";
import { parseCommandLine } from "../program/command_line.ts";
import { defaultConfigPath, readConfig } from "../program/config_file.ts";
import type { ProgramHost } from "../program/program_host.ts";
import type { ProgramTable } from "../program/program_table.ts";
import { resolveOptions } from "../program/resolve_options.ts";
import { Aliases, expandAliases } from "./aliases.ts";
import type { ClientContext } from "./client_context.ts";
import type { ClientValues } from "./client_flags.ts";
import { opener } from "./connect.ts";
import { resolveServerNames } from "./server_names.ts";
import { tokenize } from "./shell/tokenize.ts";

/**
 * Prints the names that complete a line, one a line, within {@linkcode COMPLETION_TIMEOUT_MS}. It never
 * asks, trusts no server that is new, and is quiet about failures.
 *
 * @param line The line up to the cursor, with the name of the program.
 * @param timeoutMs Milliseconds to wait for the server. @default COMPLETION_TIMEOUT_MS
 */
export async function completeNames(
  table: ProgramTable<ClientContext>,
  line: string,
  host: ProgramHost,
  timeoutMs: number = COMPLETION_TIMEOUT_MS,
): Promise<number> {
  const names: string[] = [];
  try {
    for await (const name of candidates(table, line, host, timeoutMs)) {
      if (!hasControl(name)) names.push(`${name}\n`);
    }
  } catch {
    // A shell that completes a line has no place for an error.
  }
  host.stdout.writeSync(new TextEncoder().encode(names.join("")));
  return 0;
}

async function* candidates(
  table: ProgramTable<ClientContext>,
  line: string,
  host: ProgramHost,
  timeoutMs: number,
): AsyncGenerator<string> {
  const { words, lastFrom } = tokenize(line);
  const texts = words.map(({ text }) => text);
  const partial = lastFrom === line.length ? "" : texts.pop() ?? "";
  const { command: row, ...parsed } = parseCommandLine(texts.slice(1), table);
  if (row === undefined || row.onServer === undefined) return;
  const { readEnv } = host;
  for (const name of new Aliases(readEnv).all().keys()) {
    if (`${name}:/`.startsWith(partial)) yield `${name}:/`;
  }
  if (row.onServer !== "arguments") return;
  const config = await readConfig(
    undefined,
    defaultConfigPath(readEnv, table.configFile),
    table.flags,
  );
  const options = resolveOptions<ClientValues>({ ...parsed, command: row }, table, readEnv, config);
  const folder = partial.slice(0, partial.lastIndexOf("/") + 1);
  const run = { ...options, args: [...parsed.args, folder || "."], readEnv };
  const resolved = resolveServerNames(expandAliases(run, row), row);
  for await (const name of listed(resolved, resolved.args.at(-1)!, timeoutMs)) {
    if (`${folder}${name}`.startsWith(partial)) yield `${folder}${name}`;
  }
}

/** Lists a folder, if that needs no prompt and trusts no new server. */
async function* listed(
  { values, token, readEnv }: Parameters<typeof needsPrompt>[0],
  folder: string,
  timeoutMs: number,
): AsyncGenerator<string> {
  if (needsPrompt({ values, token, readEnv }) || !await isTrusted(values, readEnv)) return;
  using deadline = startDeadline(
    timeoutMs,
    () => new FtError("network", "completion took too long"),
  );
  const { signal } = deadline;
  const open = await opener(values, { signal, readEnv, token, identity: "", notice: () => {} });
  await using remote = await open();
  let count = 0;
  for await (const { path, type } of remote.files.list(folder, { signal })) {
    yield `${basename(path)}${type === "dir" ? "/" : ""}`;
    if (++count >= MAX_COMPLETED_NAMES) return;
  }
}

function needsPrompt({ values, token, readEnv }: {
  readonly values: ClientValues;
  readonly token?: string | undefined;
  readonly readEnv: ProgramHost["readEnv"];
}): boolean {
  const { user, "password-file": file, "token-file": tokenFile } = values;
  const hasSecret = token !== undefined || tokenFile !== undefined || file !== undefined ||
    Boolean(readEnv("FTCLIENT_PASSWORD"));
  return user !== undefined && !hasSecret;
}

/** Whether a connection cannot be the first one, at which a server is trusted. */
async function isTrusted(
  { host, pin, ca }: ClientValues,
  readEnv: ProgramHost["readEnv"],
): Promise<boolean> {
  if (host === undefined) return false;
  const endpoints = parseEndpoints(host);
  const [first] = endpoints;
  if (first.scheme !== "fts") return true;
  const path = knownHostsPath(readEnv);
  if (pin !== undefined || first.pin !== undefined || ca !== undefined) return true;
  if (path === undefined) return false;
  const known = new KnownHosts(path);
  const found = await Promise.all(
    endpoints.map(({ hostname, port }) => known.find(formatAddress(hostname, port))),
  );
  return found.every((one) => one !== undefined);
}
