/**
 * A context for commands under test, over a remote that answers only the calls that a test defines.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
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

/** Returns a folder whose listing is this. */
export function folderOf(...infos: FileInfo[]): Partial<Files> {
  return {
    async *list() {
      yield* infos;
    },
  };
}

/** Runs a command that must succeed. @returns What it prints. */
export async function linesOf(
  run: (context: ClientContext) => Promise<number>,
  typed: readonly string[],
  files: Partial<Files>,
): Promise<string[]> {
  const context = fakeContext(typed, files);
  assertEquals(await run(context), 0);
  context.out.flush();
  return [...context.stdout.lines];
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
    words: line.args,
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
