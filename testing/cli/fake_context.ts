/**
 * A context for commands under test, over a remote that answers only the calls that a test defines.
 *
 * @module
 */

import { SILENT } from "../../lib/base/log.ts";
import type { FileInfo, Files } from "../../lib/service/files.ts";
import type { ClientContext } from "../../lib/cli/client/client_context.ts";
import { CLIENT } from "../../lib/cli/client/client_program.ts";
import type { ClientValues } from "../../lib/cli/client/client_flags.ts";
import { resolveOptions } from "../../lib/cli/program/resolve_options.ts";
import { fakeRemote } from "../fake_remote.ts";
import { checkCommandLine, parseCommandLine } from "../../lib/cli/program/command_line.ts";
import { capturedOutput, type CapturedSink } from "./captured.ts";

/** Returns details of a file. */
export function fileInfo(path: string, more: Partial<FileInfo> = {}): FileInfo {
  return {
    path,
    type: "file",
    bytes: 1536,
    mtimeMs: Date.UTC(2026, 0, 31, 12),
    executable: false,
    revision: "1",
    ...more,
  };
}

/** Returns a command's context and its captured output; `files` has the calls that are answered. */
export function fakeContext(
  typed: readonly string[],
  files: Partial<Files> = {},
): ClientContext & { readonly stdout: CapturedSink; readonly stderr: CapturedSink } {
  const line = parseCommandLine(typed, CLIENT);
  checkCommandLine(line, CLIENT);
  const options = resolveOptions<ClientValues>(line, CLIENT, () => undefined);
  const { json, quiet } = options.values;
  return {
    program: CLIENT,
    args: line.args,
    ...options,
    ...capturedOutput({ json, quiet }),
    signal: new AbortController().signal,
    typed,
    readEnv: () => undefined,
    identity: "a-client-of-the-tests",
    log: SILENT,
    open: () => Promise.reject(new Error("not to be opened")),
    onRetry: () => {},
    connect: () => Promise.resolve(fakeRemote({ files: files as Files })),
  };
}
