/**
 * Works over HTTP, done by `curl`, and their phases.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import type { Program } from "../../testing/programs/program.ts";
import type { System, SystemOptions } from "../../testing/programs/system.ts";
import { BYTES } from "../native/works.ts";
import type { Place } from "../wire.ts";
import type { Job, Work } from "../work.ts";

const NAME = "f.bin";
/** Where `curl` writes a download, which it does not rename by itself. */
const PART = `.${NAME}.ft-part`;
const MiB = 1024 * 1024;

/** The options of a system with HTTP. */
export const WEB_SYSTEM: SystemOptions = { args: ["--web", "http://127.0.0.1:0"] };

/**
 * Returns `curl` for the file. With a short timeout it gives up after a second without a byte.
 *
 * @param input What its standard input is. @default nothing
 */
export function curl(input = "/dev/null"): Program {
  const short = "${FTCLIENT_TIMEOUT:+-Y 1 -y 1}";
  const script = `exec curl -qsSf ${short} "$@" "$FTCLIENT_HOST/files/${NAME}" <${input}`;
  return { path: "/bin/sh", args: ["-c", script, "sh"] };
}

/** The codes of `curl` for a connection that is refused, silent or lost. */
const LOST = [7, 18, 28, 52, 55, 56];
/** That of an answer which is an error. */
const REFUSED = 22;
/** A refusal may arrive while it still sends. */
const EXITS = { 5: LOST, 6: [REFUSED, ...LOST], 8: [REFUSED], 9: [REFUSED, ...LOST] };
const WEB = { scheme: "http", exits: EXITS } as const;

/** A download. A user gives it its name once it is complete. */
async function getJob(system: System, content: Uint8Array, args: readonly string[]): Promise<Job> {
  await Deno.writeFile(system.served(NAME), content);
  return {
    args: [...args, "-o", PART],
    targets: [{ path: system.at(NAME), old: null, new: content }],
    entries: [`root/${NAME}`, `work/${NAME}`],
    async settle({ code }) {
      if (code === 0) await Deno.rename(system.at(PART), system.at(NAME));
    },
  };
}

const get: Work = {
  ...{ ...WEB, name: "get", way: "get", client: curl() },
  prepare: (system, random) => getJob(system, random.bytes(BYTES), []),
};

/** Continues a download (`-C -`) that had two blocks. */
const resumeGet: Work = {
  ...{ ...WEB, name: "resume-get", way: "get", client: curl() },
  async prepare(system, random) {
    const content = random.bytes(BYTES);
    await Deno.writeFile(system.at(PART), content.subarray(0, 2 * MiB));
    return await getJob(system, content, ["-C", "-"]);
  },
};

/** An upload of a file, or of the standard input in chunks. */
function put(name: string, { over = false, chunked = false }): Work {
  return {
    ...{ ...WEB, name, way: "put", client: curl(chunked ? NAME : undefined) },
    async prepare(system, random) {
      const content = random.bytes(BYTES);
      await Deno.writeFile(system.at(NAME), content);
      const old = over ? random.bytes(1000) : null;
      if (old !== null) await Deno.writeFile(system.served(NAME), old);
      return {
        args: ["-T", chunked ? "-" : NAME, "-H", digestOf(content), "-o", "/dev/null"],
        targets: [{ path: system.served(NAME), old, new: content }],
        entries: [`root/${NAME}`, `work/${NAME}`],
      };
    },
  };
}

function digestOf(content: Uint8Array): string {
  const digest = createHash("sha256").update(content).digest();
  return `Repr-Digest: sha-256=:${Buffer.from(digest).toString("base64")}:`;
}

/** All works over HTTP. */
export const HTTP_WORKS: readonly Work[] = [
  get,
  resumeGet,
  put("put", {}),
  put("overwrite-put", { over: true }),
  put("put-chunked", { chunked: true }),
];

/** A phase of a work. */
export interface HttpPhase {
  readonly name: string;
  /** Whether a work has it. */
  in(work: Work): boolean;
  place(work: Work): Place;
}

/** Finds a byte after the first head of a direction; or the first byte after a text. */
function after(text: string, offset = 0): Place["find"] {
  const seen: Uint8Array[] = [];
  let start: number | undefined;
  return (piece, at) => {
    if (start === undefined) {
      seen.push(piece.slice());
      const index = Buffer.concat(seen).indexOf(text);
      if (index === -1) return null;
      start = index + text.length;
    }
    const place = start + offset;
    return place < at + piece.length ? Math.max(place, at) : null;
  };
}

const both = () => true;
const uploads = ({ way }: Work) => way === "put";
const content = (offset: (work: Work) => number) => (work: Work): Place => ({
  way: work.way === "get" ? "down" : "up",
  find: after("\r\n\r\n", offset(work)),
});
const bytesOf = ({ name }: Work) => name === "resume-get" ? BYTES - 2 * MiB : BYTES;

/** The phases, in order. */
export const HTTP_PHASES: readonly HttpPhase[] = [
  { name: "before-request", in: both, place: () => ({ way: "up", find: () => 0 }) },
  { name: "in-request", in: both, place: () => ({ way: "up", find: () => 9 }) },
  { name: "before-answer", in: both, place: () => ({ way: "down", find: () => 0 }) },
  { name: "in-header", in: both, place: () => ({ way: "down", find: () => 9 }) },
  { name: "first-data", in: both, place: content(() => 1) },
  { name: "middle", in: both, place: content((work) => Math.floor(bytesOf(work) / 2)) },
  { name: "last-data", in: both, place: content((work) => bytesOf(work) - 1) },
  // The upload is complete, and the client does not hear of it.
  { name: "after-commit", in: uploads, place: () => ({ way: "down", find: after("HTTP/1.1 20") }) },
];

/** Returns where a byte of the content passes. */
export const contentByte = (offset: number): Place["find"] => after("\r\n\r\n", offset);
