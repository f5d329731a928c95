/**
 * `ftclient edit`.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import { hasCode } from "../../../base/errors.ts";
import { MAX_DELAY_MS } from "../../../base/signals.ts";
import { makeFilePrivate } from "../../../base/private_files.ts";
import type { OnTransferEvent, TransferResult } from "../../../client/remote/transfer_events.ts";
import { getFiles } from "../../../client/transfer/get/get_files.ts";
import { soleName } from "../../../client/transfer/matched_names.ts";
import { putFiles } from "../../../client/transfer/put/put_files.ts";
import type { Remote } from "../../../client/remote/remote.ts";
import { chooseEditor, type EditFile } from "../choose_editor.ts";
import type { ClientContext } from "../client_context.ts";
import { stdinInput } from "../../terminal/input.ts";
import { resultObject } from "../transfer_command.ts";

const QUIET: OnTransferEvent = () => {};
/** Time and permission bits of the copy are its own: it is private, and its owner can write it. */
const ALL = { times: false, resume: false, recursive: false, transfers: 1 } as const;

/** Locks a file, lets the user change a copy, uploads it if it changed, and unlocks. */
export async function runEdit(
  context: ClientContext,
  edit?: EditFile,
): Promise<number> {
  const { args, values, out, readEnv, signal } = context;
  edit ??= await chooseEditor({ readEnv, out, input: stdinInput() });
  await using remote = await context.connect();
  const name = await soleName(remote.files, args[0]!.replace(/\/+$/, ""), { signal });
  const ttlMs = Math.ceil(values.ttl * 1000);
  await using _lease = await heldLease(remote, name, ttlMs);
  const dir = await Deno.makeTempDir({ prefix: "ft_edit_" });
  const copy = `${dir}/${basename(name)}`;
  try {
    const before = await fetchCopy(context, name, copy);
    await edit(copy, signal);
    const sent = await sendCopy(context, copy, name);
    await Deno.remove(dir, { recursive: true });
    const changed = sent.root !== before?.root;
    out.report(resultObject(sent), changed ? `changed ${name}` : `${name} was not changed`);
    return 0;
  } catch (error) {
    await keepOrRemove(context, dir, copy);
    throw error;
  }
}

/** Takes a lease, and renews it until it is disposed. */
async function heldLease(remote: Remote, name: string, ttlMs: number): Promise<AsyncDisposable> {
  const { files } = remote;
  await files.lease(name, { ttlMs });
  const renew = () => files.lease(name, { ttlMs }).catch(() => {});
  const timer = setInterval(renew, Math.min(ttlMs / 3, MAX_DELAY_MS));
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      // Without a connection the lease expires by itself.
      await files.release(name).catch(() => {});
    },
  };
}

/** Downloads the file, or creates an empty copy of a new one. */
async function fetchCopy(
  { open, signal, values: { retries } }: ClientContext,
  name: string,
  copy: string,
): Promise<TransferResult | null> {
  const request = { ...ALL, existing: "overwrite", names: [name], dir: ".", output: copy } as const;
  const { done, failed } = await getFiles(open, { ...request, retries }, QUIET, signal);
  if (failed.length > 0 && !hasCode(failed[0]!.error, "not_found")) throw failed[0]!.error;
  if (failed.length > 0) await Deno.writeTextFile(copy, "");
  makeFilePrivate(copy);
  return done[0] ?? null;
}

async function sendCopy(
  { open, signal, identity, values: { retries } }: ClientContext,
  copy: string,
  name: string,
): Promise<TransferResult> {
  const request = { ...ALL, existing: "overwrite", sources: [copy], to: ".", as: name } as const;
  const { done, failed } = await putFiles(open, { ...request, retries, identity }, QUIET, signal);
  if (failed.length > 0) throw failed[0]!.error;
  return done[0]!;
}

/** Keeps the copy after an error, as it may be the only one, and prints its path. */
async function keepOrRemove({ out }: ClientContext, dir: string, copy: string): Promise<void> {
  const found = await Deno.stat(copy).catch(() => null);
  if (found === null || found.size === 0) await Deno.remove(dir, { recursive: true });
  else out.error(`the edited copy is kept: ${copy}`);
}
