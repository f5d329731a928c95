/**
 * The habit of `scp` and `cp`: the last of several words is the folder to copy to.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import { dirname } from "@std/path/posix/dirname";
import { shellQuote } from "../format/shell_quote.ts";
import type { ClientContext } from "./client_context.ts";

type Found = "file" | "dir" | "missing" | "unknown";

async function localKind(path: string): Promise<Found> {
  try {
    return (await Deno.stat(path)).isDirectory ? "dir" : "file";
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "missing" : "unknown";
  }
}

/** `unknown` also over a dialect that has no details of files. */
async function remoteKind({ connect, signal }: ClientContext, name: string): Promise<Found> {
  await using remote = await connect();
  try {
    return (await remote.files.stat(name, { signal })).type;
  } catch (error) {
    signal.throwIfAborted();
    return hasCode(error, "not_found") ? "missing" : "unknown";
  }
}

/** Whether a name on a server is hardly typed like this: `.`, `..`, `./a`, `../a`, `/a`, `a/`. */
function looksLocal(word: string): boolean {
  return /^\.{0,2}\/|^\.{1,2}$/.test(word);
}

/**
 * Reads `get NAME… DIR` as `get NAME… -d DIR`, if the server has nothing of that name. Prints the
 * command that was perhaps meant, if that is not certain.
 */
export async function downloadTarget(
  context: ClientContext,
): Promise<{ readonly names: readonly string[]; readonly dir: string }> {
  const { args: names, words, sources, values: { dir = "." }, out } = context;
  const last = words.at(-1)!;
  if (names.length < 2 || sources.dir === "flag") return { names, dir };
  const here = await localKind(last);
  const isPlace = here === "dir" || here === "missing" && await localKind(dirname(last)) === "dir";
  if (!looksLocal(last) || !isPlace) return { names, dir };
  if (await remoteKind(context, names.at(-1)!) !== "missing") return { names, dir };
  if (here === "dir") return { names: names.slice(0, -1), dir: last };
  if (names.length === 2) suggest(out, `save it as ${last}`, ["get", words[0]!, "-o", last]);
  return { names, dir };
}

/**
 * Reads `put FILE… DIR` as `put FILE… --to DIR`, if DIR is a folder on the server and nothing here.
 * Prints the command that was perhaps meant, if that is not certain.
 */
export async function uploadFolder(
  context: ClientContext,
): Promise<{ readonly files: readonly string[]; readonly to: string }> {
  const { args: files, sources, values: { to = ".", as }, out } = context;
  const last = files.at(-1)!;
  if (files.length < 2 || sources.to === "flag" || to !== "." || as !== undefined) {
    return { files, to };
  }
  if (await localKind(last) !== "missing") return { files, to };
  const name = last.replace(/^\/+|\/+$/g, "") || ".";
  const there = await remoteKind(context, name);
  if (there === "dir") return { files: files.slice(0, -1), to: name };
  if (there === "missing") {
    suggest(out, `upload to the folder ${name}`, ["put", ...files.slice(0, -1), "--to", name]);
  }
  return { files, to };
}

function suggest(out: ClientContext["out"], purpose: string, words: readonly string[]): void {
  out.notice(`to ${purpose}, use: ${shellQuote(["ftclient", ...words])}`);
}
