/**
 * The file service of a legacy server: it can list names at most, and refuses every other request.
 *
 * @module
 */

import { FtError } from "../../base/errors.ts";
import type { FileInfo, Files } from "../../service/files.ts";
import { storePath } from "../../storage/store_path.ts";
import { lacks, type LegacyServer } from "./legacy_server.ts";

/** Creates the file service of a legacy server. Unsupported requests throw `protocol`. */
export function legacyFiles(server: LegacyServer): Files {
  const refuse = (missing: string) => () => Promise.reject(lacks(server.dialect, missing));
  return {
    list: (dir, options) => listNames(server, dir, options),
    stat: refuse("file details"),
    manifest: refuse("digests of blocks"),
    read: refuse("offsets to read from"),
    stage: refuse("uploads that can be resumed"),
    statMany: () => refusing(lacks(server.dialect, "file details")),
    readMany: () => refusing(lacks(server.dialect, "batches")),
    writeMany: refuse("batches"),
    sum: refuse("sums"),
    move: refuse("renaming"),
    remove: refuse("removing"),
    mkdir: (name) => {
      const { code, message } = lacks(server.dialect, "folders without files");
      // An error with a name is about that folder: the files of a tree are still sent.
      return Promise.reject(new FtError(code, `Cannot create ${name}: ${message}`, { name }));
    },
    setFacts: refuse("times and permissions"),
    lease: refuse("locks"),
    release: refuse("locks"),
  };
}

// deno-lint-ignore require-yield
async function* refusing(error: FtError): AsyncGenerator<never> {
  throw await Promise.resolve(error);
}

/** Lists names alone: the dialect has no sizes or times, so they are 0. */
async function* listNames(
  server: LegacyServer,
  dir: string,
  options: Parameters<Files["list"]>[1] = {},
): AsyncGenerator<FileInfo> {
  if (server.list === undefined) throw lacks(server.dialect, "listing");
  if (options.recursive) throw lacks(server.dialect, "recursive listing");
  const at = storePath(dir);
  for (const name of await server.list(dir, options)) {
    const path = at === "." ? name : `${at}/${name}`;
    yield { path, type: "file", bytes: 0, mtimeMs: 0, executable: false, revision: "" };
  }
}
