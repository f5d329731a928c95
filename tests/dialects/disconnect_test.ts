/**
 * A lost connection ends the calls of legacy dialects to the file service: each call is made to
 * hang until its signal aborts.
 */

import { assertEquals } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { within } from "../../lib/base/signals.ts";
import { Hub } from "../../lib/chat/hub.ts";
import type { Dialect } from "../../lib/dialects/dialect.ts";
import { framed } from "../../lib/dialects/framed.ts";
import { json } from "../../lib/dialects/json.ts";
import { line } from "../../lib/dialects/line.ts";
import { oneshot } from "../../lib/dialects/oneshot.ts";
import { updown } from "../../lib/dialects/updown.ts";
import type { CallOptions, FileInfo, Files } from "../../lib/service/files.ts";
import { encodeFrame } from "../../lib/wire/frame.ts";
import { chatOf } from "../../testing/chat_of.ts";
import { serveDialect } from "../../testing/dialect_session.ts";
import { bytesOf, lengthAnd } from "../../testing/network/raw_peer.ts";

const INFO: FileInfo = {
  ...{ path: "a.txt", type: "file", bytes: 2, mtimeMs: 0, executable: false, revision: "1" },
};

/** Files whose calls succeed, except for one that ends only when its signal aborts. */
function filesThatHangIn(hanging: string, failing?: string) {
  const called = Promise.withResolvers<void>();
  const act = async <T>(name: string, options: CallOptions | undefined, result: T): Promise<T> => {
    if (name === failing) throw new FtError("conflict", "already exists: a.txt");
    if (name === hanging) {
      called.resolve();
      await new Promise((_, reject) => {
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
      });
    }
    return result;
  };
  const nothing = { [Symbol.asyncDispose]: () => Promise.resolve() };
  const upload = {
    ...nothing,
    add: (_block: unknown, options?: CallOptions) => act("add", options, new Uint8Array(32)),
    commit: (_total: unknown, options?: CallOptions) => act("commit", options, INFO),
    abandon: () => Promise.resolve(),
  };
  const reading = { ...nothing, info: INFO, async *blocks() {} };
  const files = {
    stat: (_path: string, options?: CallOptions) => act("stat", options, INFO),
    sum: (_path: string, _algorithm: string, options?: CallOptions) =>
      act("sum", options, "0".repeat(64)),
    read: (_path: string, _ranges: unknown, options?: CallOptions) => act("read", options, reading),
    stage: (_path: string, options?: CallOptions) => act("stage", options, upload),
    async *list(_path: string, options?: CallOptions) {
      yield await act("list", options, INFO);
    },
  };
  return { files: files as unknown as Files, called: called.promise };
}

const { chat } = chatOf(new Hub());
const ask = (fields: Record<string, string>) => lengthAnd(JSON.stringify(fields));
const put = ask({ command: "put", fileName: "a.txt", fileContent: "hi" });

/** A dialect, a request, the calls that answer it, and a call that fails before them. */
const CASES: readonly [Dialect, string | Uint8Array, string[], string?][] = [
  [line, "GET a.txt\n", ["stat", "sum", "read"]],
  [framed, encodeFrame("FILE", bytesOf("a.txt")), ["stat", "sum", "read"]],
  [oneshot, lengthAnd("a.txt"), ["stat", "sum", "read"]],
  [updown, "DOWNLOAD a.txt\n", ["read"]],
  [updown, "UPLOAD a.txt\nhi", ["stage", "add", "commit"]],
  [json, ask({ command: "get", fileName: "a.txt" }), ["read"]],
  [json, ask({ command: "list", path: "." }), ["list"]],
  [json, put, ["stage", "add", "commit"]],
  [json, put, ["stat", "sum"], "stage"],
];

for (const [dialect, request, calls, failing] of CASES) {
  const said = new TextDecoder().decode(bytesOf(request)).replaceAll(/[^ -~]/g, "");
  for (const call of calls) {
    Deno.test({
      name: `${dialect.name} ends ${call} of ${said} when the connection is lost`,
      permissions: "none",
      async fn() {
        const { files, called } = filesThatHangIn(call, failing);
        await using session = serveDialect(dialect, { login: { files, chat } });
        await session.say(request);
        // The content of an upload ends with the stream.
        if (dialect === updown) await session.client.closeWrite();
        assertEquals(await within(called, 2000), undefined, "the call was not made");
        const lost = new FtError("network", "the connection is lost");
        session.connection.abort(lost);
        assertEquals(await within(session.ended, 2000), lost);
        assertEquals(session.events, [], "a lost connection is not logged as a refusal");
      },
    });
  }
}
