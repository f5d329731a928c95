/**
 * The flags that serve a store of another kind than a folder.
 *
 * @module
 */

import type { FlagRow } from "../program/flag_table.ts";

/** Flags of an object store. */
export const STORE_FLAGS = [
  {
    name: "store",
    kind: "string",
    placeholder: "URL",
    help: "serve a bucket instead of a folder: s3://BUCKET[/PREFIX]?endpoint=URL&region=R",
    commands: ["serve"],
  },
  {
    name: "store-credentials",
    kind: "string",
    placeholder: "FILE",
    help: "read the bucket's keys from this file (else FTSERVER_S3_ACCESS_KEY, _SECRET_KEY)",
    commands: ["serve"],
    completes: "file",
  },
  {
    name: "store-ca",
    kind: "string",
    placeholder: "FILE",
    help: "trust these authorities (PEM) for an endpoint of --store with https://",
    commands: ["serve"],
    completes: "file",
  },
] as const satisfies readonly FlagRow[];
