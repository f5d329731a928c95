/**
 * The client's codec of the `line` dialect.
 *
 * @module
 */

import { FtError, protocolError } from "../../base/errors.ts";
import { MAX_LINE_BYTES } from "../../base/limits.ts";
import { checkedSize } from "./legacy_server.ts";
import { bodyOf } from "./legacy_peer.ts";
import type { Incoming, PersistentCodec } from "./persistent_server.ts";

const utf8 = new TextEncoder();

/**
 * Parses a line from a server. A file's line is parsed from the right, so that names with spaces work.
 *
 * @throws `protocol`.
 *
 * @example
 * ```ts
 * import { parseServerLine } from "./line_codec.ts";
 *
 * const file = parseServerLine(`OK my file.txt 3 ${"0".repeat(64)}`);
 * if (file.kind !== "file" || file.name !== "my file.txt") throw new Error();
 * ```
 */
export function parseServerLine(line: string): Incoming {
  const file = /^OK (.*) (\d{1,19}) ([0-9a-fA-F]{64})$/.exec(line);
  if (file !== null) {
    const digest = { algorithm: "sha256", hex: file[3]!.toLowerCase() } as const;
    return { kind: "file", name: file[1]!, bytes: checkedSize(BigInt(file[2]!)), digest };
  }
  if (line.startsWith("ERR")) return { kind: "refusal", reason: line.slice(4) };
  const broadcast = /^MSGS (?:\[(.*?)\]: ?)?(.*)$/.exec(line);
  if (broadcast === null) throw protocolError("expected a line with OK, ERR or MSGS");
  return { kind: "broadcast", from: broadcast[1] ?? "SERVER", text: broadcast[2]! };
}

/** Whether this can be the start of a line other than a refusal. */
function mayBegin(line: string): boolean {
  return ["OK ", "MSGS "].some((word) => line.startsWith(word) || word.startsWith(line));
}

/** Checks that a text is one line, because a line end would start another command. */
function oneLine(text: string, name?: string): string {
  if (!/[\r\n]/.test(text)) return text;
  if (name === undefined) throw new FtError("usage", "the line dialect has no multi-line text");
  const message = `the line dialect has no names with line ends: ${name}`;
  throw new FtError("not_allowed", message, { name });
}

/** The lines of the `line` dialect. Commands have no terminator. */
export const lineCodec: PersistentCodec = {
  dialect: "line",
  encodeGet: (name) => utf8.encode(`GET ${oneLine(name, name)}`),
  encodeSay: (text) => utf8.encode(`MSGC ${oneLine(text)}`),
  encodeExit: () => utf8.encode("EXIT"),
  async next({ reader }, signal) {
    const line = await reader.readLine(MAX_LINE_BYTES, signal);
    if (line === null) return null;
    if (reader.ended && mayBegin(line)) {
      throw new FtError("network", "the connection ended in the middle of a line");
    }
    return parseServerLine(line);
  },
  content: (peer, { bytes }, wait) => bodyOf(peer, bytes, wait),
};
