/**
 * Words of other programs that `ftclient` reads as its own commands.
 *
 * @module
 */

import type { Synonym } from "../program/program_table.ts";

/** Every synonym of `ftclient`, in the order of the help. */
export const CLIENT_SYNONYMS: readonly Synonym[] = [
  { word: "list", command: "ls", hint: "ls" },
  { word: "download", command: "get", hint: "get" },
  { word: "upload", command: "put", hint: "put" },
  { word: "cat", command: "get", given: { output: "-" }, hint: "get -o -" },
  // Nothing tells which side of a copy is the server.
  { word: "cp", hint: "use get to download, or put to upload" },
];
