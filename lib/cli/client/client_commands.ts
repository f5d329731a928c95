/**
 * The commands of `ftclient`, as rows. The code of each one is loaded when it runs.
 *
 * @module
 */

import type { ClientContext } from "./client_context.ts";
import type { CommandRow } from "../program/program_table.ts";

const MANY = Number.MAX_SAFE_INTEGER;

/** Every command of `ftclient`, in the order of the help. */
export const CLIENT_COMMANDS: readonly CommandRow<ClientContext>[] = [
  {
    name: "get",
    summary: "download files, or folders with -r",
    usage: "NAME…",
    count: [1, MANY],
    onServer: "arguments",
    load: async () => (await import("./commands/get.ts")).runGet,
  },
  {
    name: "put",
    summary: "upload files, or folders with -r; - reads stdin",
    usage: "FILE…",
    count: [1, MANY],
    onServer: "target",
    load: async () => (await import("./commands/put.ts")).runPut,
  },
  {
    name: "ls",
    summary: "list a folder",
    usage: "[DIR]",
    count: [0, 1],
    onServer: "arguments",
    answers: true,
    load: async () => (await import("./commands/ls.ts")).runLs,
  },
  {
    name: "du",
    summary: "add up the sizes of a folder and of the folders below it",
    usage: "[DIR]",
    count: [0, 1],
    onServer: "arguments",
    answers: true,
    load: async () => (await import("./commands/du.ts")).runDu,
  },
  {
    name: "stat",
    summary: "show details of a file or folder",
    usage: "NAME",
    count: [1, 1],
    onServer: "arguments",
    answers: true,
    load: async () => (await import("./commands/stat.ts")).runStat,
  },
  {
    name: "sum",
    summary: "print SHA-256 sums that sha256sum -c accepts",
    usage: "NAME…",
    count: [1, MANY],
    onServer: "arguments",
    answers: true,
    load: async () => (await import("./commands/sum.ts")).runSum,
  },
  {
    name: "rm",
    summary: "remove files, or folders with -r",
    usage: "NAME…",
    count: [1, MANY],
    onServer: "arguments",
    load: async () => (await import("./commands/rm.ts")).runRm,
  },
  {
    name: "mv",
    summary: "rename or move a file or folder",
    usage: "FROM TO",
    count: [2, 2],
    onServer: "arguments",
    load: async () => (await import("./commands/mv.ts")).runMv,
  },
  {
    name: "mkdir",
    summary: "create a folder and its parent folders",
    usage: "DIR",
    count: [1, 1],
    onServer: "arguments",
    load: async () => (await import("./commands/mkdir.ts")).runMkdir,
  },
  {
    name: "lock",
    summary: "lock a file or folder against changes by others",
    usage: "NAME",
    count: [1, 1],
    onServer: "arguments",
    load: async () => (await import("./commands/lock.ts")).runLock,
  },
  {
    name: "unlock",
    summary: "release a lock",
    usage: "NAME",
    count: [1, 1],
    onServer: "arguments",
    load: async () => (await import("./commands/lock.ts")).runUnlock,
  },
  {
    name: "edit",
    summary: "edit a file while it is locked",
    usage: "NAME",
    count: [1, 1],
    onServer: "arguments",
    load: async () => {
      const { runEdit } = await import("./commands/edit.ts");
      return (context) => runEdit(context);
    },
  },
  {
    name: "say",
    summary: "send one message to the chat",
    usage: "TEXT",
    count: [1, 1],
    load: async () => (await import("./commands/say.ts")).runSay,
  },
  {
    name: "who",
    summary: "list the users in the chat",
    usage: "",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/who.ts")).runWho,
  },
  {
    name: "chat",
    summary: "chat with everyone connected",
    usage: "",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/chat.ts")).runChat,
  },
  {
    name: "shell",
    summary: "run commands interactively",
    usage: "",
    count: [0, 0],
    load: async () => (await import("./commands/shell.ts")).runShell,
  },
  {
    name: "ping",
    summary: "measure the round-trip time",
    usage: "",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/ping.ts")).runPing,
  },
  {
    name: "doctor",
    summary: "find out why a connection does not work",
    usage: "",
    count: [0, 0],
    answers: true,
    load: async () => (await import("./commands/doctor.ts")).runDoctor,
  },
  {
    name: "discover",
    summary: "find servers on the local network",
    usage: "",
    count: [0, 0],
    answers: true,
    offline: true,
    load: async () => (await import("./commands/discover.ts")).runDiscover,
  },
  {
    name: "forget",
    summary: "drop the remembered identity of a server, to trust it anew",
    usage: "HOST",
    count: [1, 1],
    offline: true,
    load: async () => (await import("./commands/forget.ts")).runForget,
  },
];
