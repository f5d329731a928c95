/**
 * Saved servers: `NAME:/path` stands for a path below the URL that was saved under NAME.
 *
 * @module
 */

import type { CommandRow, Options } from "../program/program_table.ts";
import type { ClientValues } from "./client_flags.ts";
import type { ReadEnv } from "../../base/environment.ts";
import { writeAtomically } from "../../base/atomic_write.ts";
import { FtError } from "../../base/errors.ts";
import { asFtError } from "../../base/os_errors.ts";
import { createPrivateDir } from "../../base/private_files.ts";
import { clientStateDir } from "../../base/state_dirs.ts";
import { parseRemoteUrl } from "../../client/remote/remote_url.ts";
import { shareLink } from "../../client/remote/share_link.ts";

/** Two letters at least, as one is a drive on some systems. */
const NAME = /^[a-z][a-z0-9_-]{1,63}$/i;
const SCHEMES = /^(fts?|https?|file)$/i;
/** A name on a saved server, or only the server. */
const USE = /^([a-z][a-z0-9_-]{1,63}):(?:\/(.*))?$/is;

/** Reads and writes the saved servers of this user. */
export class Aliases {
  readonly #folder: string | undefined;

  constructor(readEnv: ReadEnv) {
    this.#folder = clientStateDir(readEnv);
  }

  /** Returns the URLs by name. @throws An error of reading the file. */
  all(): Map<string, string> {
    if (this.#folder === undefined) return new Map();
    const lines = readText(`${this.#folder}/aliases`).split("\n");
    return new Map(
      lines.map((line) => line.trim().split(/\s+/))
        .filter((words): words is [string, string] => words.length === 2 && !!words[0]),
    );
  }

  /**
   * Saves a server; the name may be in use. Only this user can read the file, as a URL may have a
   * token.
   *
   * @throws `usage` for an invalid name or URL, or without a state folder.
   */
  async save(name: string, url: string): Promise<void> {
    if (!NAME.test(name) || SCHEMES.test(name)) {
      const rule = "letters, digits, - and _, at least two, and no scheme";
      throw new FtError("usage", `invalid alias: ${name} (${rule})`, { name });
    }
    if (parseRemoteUrl(url) === null) {
      const message = "an alias needs a URL such as fts://HOST:PORT/";
      throw new FtError("usage", message, { name });
    }
    await this.#write(new Map([...this.all(), [name, url]]));
  }

  /** Drops a saved server. @throws `not_found`. */
  async remove(name: string): Promise<void> {
    const all = this.all();
    if (!all.delete(name)) throw unknownAlias(name);
    await this.#write(all);
  }

  async #write(all: ReadonlyMap<string, string>): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined) {
      throw new FtError("usage", "no folder for saved servers: set HOME or XDG_STATE_HOME");
    }
    const path = `${folder}/aliases`;
    try {
      await createPrivateDir(folder);
      const text = [...all].map(([name, url]) => `${name} ${url}\n`).join("");
      writeAtomically(path, text, { replace: true, mode: 0o600 });
    } catch (error) {
      throw asFtError(error, `Cannot write ${path}`, path);
    }
  }
}

/** The error for a name under which no server is saved. */
export function unknownAlias(name: string): FtError {
  return new FtError("not_found", `not found: alias ${name}`, { name });
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw asFtError(error, `Cannot read ${path}`, path);
  }
}

/** Expands a name on a saved server to its URL; other names stay as they are. */
export function expandName(name: string, aliases: ReadonlyMap<string, string>): string {
  const [, alias = "", below = ""] = USE.exec(name) ?? [];
  return urlBelow(aliases.get(alias), below) ?? name;
}

function urlBelow(saved: string | undefined, below: string): string | undefined {
  const url = saved === undefined ? null : parseRemoteUrl(saved);
  if (url === null) return undefined;
  const { endpoint, path } = url;
  const names = [path.replace(/\/+$/, ""), below.replace(/^\/+/, "")];
  const whole = names.filter((part) => part !== "." && part !== "").join("/") || ".";
  const { pin, token } = endpoint;
  return shareLink({ endpoint, path: whole, folder: false, pin, token });
}

/** Expands the name of a saved server that stands for a host, without the path of its URL. */
function expandHost(host: string, aliases: ReadonlyMap<string, string>): string {
  const url = parseRemoteUrl(aliases.get(host.replace(/:$/, "")) ?? "");
  if (url === null) return host;
  const { endpoint, endpoint: { pin, token } } = url;
  return shareLink({ endpoint, path: ".", folder: false, pin, token });
}

/** The names of one run that a saved server may stand in. */
type Named = Options<ClientValues> & { readonly args: readonly string[] };

/**
 * Expands the saved servers in the host and the names of a run.
 *
 * @throws An error of reading the file.
 */
export function expandAliases<R extends Named & { readonly readEnv: ReadEnv }>(
  run: R,
  { onServer }: Pick<CommandRow<never>, "onServer">,
): R {
  const { args, values, values: { host, to, as } } = run;
  const names = onServer === undefined ? [] : [...args, to, as];
  const isUsed = names.some((name) => name !== undefined && USE.test(name));
  if (!isUsed && !(host !== undefined && NAME.test(host.replace(/:$/, "")))) return run;
  const aliases = new Aliases(run.readEnv).all();
  const expand = <T extends string | undefined>(name: T) =>
    (name === undefined ? name : expandName(name, aliases)) as T;
  // Only the last word of `put` may be on the server.
  const isRemote = (i: number) => onServer === "arguments" || i === args.length - 1;
  return {
    ...run,
    args: onServer === undefined ? args : args.map((arg, i) => isRemote(i) ? expand(arg) : arg),
    values: {
      ...values,
      host: host && expandHost(host, aliases),
      ...(onServer === "target" ? { to: expand(to), as: expand(as) } : {}),
    },
  };
}
