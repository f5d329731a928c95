/**
 * Resumable uploads over HTTP, done by `tus-js-client`, and their phases.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { join } from "node:path";
import { sha256 } from "../../testing/content.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { TusPeer } from "../../testing/tus.ts";
import { BYTES } from "../native/works.ts";
import type { Place } from "../wire.ts";
import type { Work } from "../work.ts";
import type { HttpPhase } from "./works.ts";

const NAME = "f.bin";
/** Where the client remembers its upload. */
const REMEMBERED = `.${NAME}.ft-part`;
const CLIENT = {
  path: Deno.execPath(),
  args: ["run", "-A", "--no-check", join(REPOSITORY, "faults", "http", "tus_client.ts")],
};

/** Continues an upload of which some bytes have arrived. */
function put(name: string, arrived: number): Work {
  return {
    ...{ name, way: "put", scheme: "http", client: CLIENT },
    async prepare(system, random) {
      const content = random.bytes(BYTES);
      await Deno.writeFile(system.at(NAME), content);
      const tus = new TusPeer(system.webUrl!);
      const facts = { filename: NAME, existing: "overwrite", sha256: sha256(content) };
      const location = await tus.create(facts, content.length);
      await tus.patch(location, 0, content.subarray(0, arrived));
      await Deno.writeTextFile(system.at(REMEMBERED), location);
      return {
        args: [NAME],
        targets: [{ path: system.served(NAME), old: null, new: content }],
        entries: [`root/${NAME}`, `work/${NAME}`],
      };
    },
  };
}

/** Bytes that have arrived of the upload that goes on: whole blocks, and a part of the next one. */
const ARRIVED = 2 * 1024 * 1024 + 1000;

/** All works with resumable uploads. */
export const TUS_WORKS: readonly Work[] = [put("put-tus", 0), put("resume-tus", ARRIVED)];

/** Finds a byte of the part of the file that the first request with content brings. */
export function partByte(offset: number): Place["find"] {
  const seen: Uint8Array[] = [];
  let start = -1;
  return (piece, at) => {
    if (start === -1) {
      seen.push(piece.slice());
      const all = Buffer.concat(seen);
      const patch = all.indexOf("PATCH ");
      const end = patch === -1 ? -1 : all.indexOf("\r\n\r\n", patch);
      if (end === -1) return null;
      start = end + 4;
    }
    const place = start + offset;
    return place < at + piece.length ? Math.max(place, at) : null;
  };
}

/** Finds the first byte of the answer to that request. */
function partAnswer(): Place["find"] {
  let seen = "";
  return (piece, at) => {
    seen += Buffer.from(piece).toString("latin1");
    const found = seen.indexOf("HTTP/1.1 204");
    return found === -1 ? null : Math.max(found, at);
  };
}

const bytesOf = ({ name }: Work) => name === "resume-tus" ? BYTES - ARRIVED : BYTES;
const both = () => true;
const content = (offset: (work: Work) => number) => (work: Work): Place => ({
  way: "up",
  find: partByte(offset(work)),
});

/** The phases, in order. */
export const TUS_PHASES: readonly HttpPhase[] = [
  { name: "before-request", in: both, place: () => ({ way: "up", find: () => 0 }) },
  { name: "before-answer", in: both, place: () => ({ way: "down", find: () => 0 }) },
  { name: "first-data", in: both, place: content(() => 1) },
  { name: "middle", in: both, place: content((work) => Math.floor(bytesOf(work) / 2)) },
  { name: "last-data", in: both, place: content((work) => bytesOf(work) - 1) },
  // The upload is complete, and the client does not hear of it.
  { name: "after-commit", in: both, place: () => ({ way: "down", find: partAnswer() }) },
];
