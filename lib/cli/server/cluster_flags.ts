/**
 * The flags of a server that is one of several.
 *
 * @module
 */

import type { FlagRow } from "../program/flag_table.ts";

/** Flags of a cluster. */
export const CLUSTER_FLAGS = [
  {
    name: "cluster",
    kind: "string",
    placeholder: "URL",
    help: "share leases, users, tokens and chat with other servers: nats://A:4222,B:4222,C:4222",
    commands: ["serve"],
  },
  {
    name: "cluster-credentials",
    kind: "string",
    placeholder: "FILE",
    help: "read USER:PASSWORD, a token, an nkey or NATS credentials for --cluster from this file",
    commands: ["serve"],
    completes: "file",
  },
  {
    name: "cluster-ca",
    kind: "string",
    placeholder: "FILE",
    help: "require TLS to --cluster, and trust these authorities (PEM)",
    commands: ["serve"],
    completes: "file",
  },
] as const satisfies readonly FlagRow[];
