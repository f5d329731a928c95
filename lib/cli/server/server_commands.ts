/**
 * The commands of `ftserver`, as rows. The code of each one is loaded when it runs.
 *
 * @module
 */

import type { CommandRow } from "../program/program_table.ts";
import type { ServerContext } from "./server_context.ts";

/** Every command of `ftserver`, in the order of the help. */
export const SERVER_COMMANDS: readonly CommandRow<ServerContext>[] = [
  {
    name: "serve",
    summary: "serve a folder, or one file, read-only",
    usage: "[PATH]",
    count: [0, 1],
    ownSignals: true,
    load: async () => (await import("./commands/serve.ts")).runServe,
  },
  {
    name: "fingerprint",
    summary: "print the fingerprint and share links",
    usage: "",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/fingerprint.ts")).runFingerprint,
  },
  {
    name: "user add",
    summary: "add a user",
    usage: "NAME",
    count: [1, 1],
    load: async () => (await import("./commands/user.ts")).runUserAdd,
  },
  {
    name: "user passwd",
    summary: "change a user's password",
    usage: "NAME",
    count: [1, 1],
    load: async () => (await import("./commands/user.ts")).runUserPasswd,
  },
  {
    name: "user role",
    summary: "change a user's role",
    usage: "NAME ROLE",
    count: [2, 2],
    load: async () => (await import("./commands/user.ts")).runUserRole,
  },
  {
    name: "user remove",
    summary: "remove a user",
    usage: "NAME",
    count: [1, 1],
    load: async () => (await import("./commands/user.ts")).runUserRemove,
  },
  {
    name: "user list",
    summary: "list users and their roles",
    usage: "",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/user.ts")).runUserList,
  },
  {
    name: "token add",
    summary: "create a token and print it",
    usage: "NAME",
    count: [1, 1],
    load: async () => (await import("./commands/token.ts")).runTokenAdd,
  },
  {
    name: "token list",
    summary: "list tokens",
    usage: "",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/token.ts")).runTokenList,
  },
  {
    name: "token revoke",
    summary: "revoke a token",
    usage: "NAME",
    count: [1, 1],
    load: async () => (await import("./commands/token.ts")).runTokenRevoke,
  },
  {
    name: "acl add",
    summary: "add a rule",
    usage: "USER RULE…",
    count: [3, 4],
    load: async () => (await import("./commands/acl.ts")).runAclAdd,
  },
  {
    name: "acl remove",
    summary: "remove a rule",
    usage: "NUMBER",
    count: [1, 1],
    load: async () => (await import("./commands/acl.ts")).runAclRemove,
  },
  {
    name: "acl list",
    summary: "list rules",
    usage: "",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/acl.ts")).runAclList,
  },
  {
    name: "acl explain",
    summary: "show which rule or role decides about an action",
    usage: "USER ACTION PATH",
    count: [3, 3],
    answers: true,
    load: async () => (await import("./commands/acl.ts")).runAclExplain,
  },
  {
    name: "status",
    summary: "show server status",
    usage: "",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/status.ts")).runStatus,
  },
  {
    name: "locks",
    summary: "list locks, with holders and time left",
    usage: "",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/locks.ts")).runLocks,
  },
  {
    name: "config",
    summary: "print settings and where they come from",
    usage: "--print",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/config.ts")).runConfig,
  },
];
