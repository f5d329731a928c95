/**
 * Receipts of uploads: asking for them, keeping them, and comparing files with them.
 *
 * @module
 */

import * as v from "valibot";
import { FtError } from "../base/errors.ts";
import { BLOCK_BYTES, MAX_RECEIPT_FILE_BYTES, RECEIPTS_AT_ONCE } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import { blockDigest, RootHasher } from "../blocks/manifest.ts";
import { receiptSchema } from "../native/receipt_schemas.ts";
import { isGenuine, type Receipt } from "../native/receipts.ts";
import type { CallOptions } from "../service/files.ts";
import type { Remote } from "./remote/remote.ts";

export type { Receipt } from "../native/receipts.ts";

/**
 * Asks for the receipts of uploaded files, several at once.
 *
 * @param uploaded Names and roots, as the transfers report them.
 * @returns The receipts, in the same order.
 * @throws As {@linkcode Remote.receipt}; `protocol` for a receipt that is not genuine.
 */
export async function receiptsOf(
  remote: Pick<Remote, "receipt">,
  uploaded: readonly { readonly name: string; readonly root: string }[],
  options?: CallOptions,
): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  for (let at = 0; at < uploaded.length; at += RECEIPTS_AT_ONCE) {
    const asked = uploaded.slice(at, at + RECEIPTS_AT_ONCE);
    receipts.push(
      ...await Promise.all(asked.map(async ({ name, root }) => {
        const receipt = await remote.receipt(name, root, options);
        if (isGenuine(receipt) && receipt.root === root) return receipt;
        throw new FtError("protocol", `the receipt of ${name} is not signed`, { name });
      })),
    );
  }
  return receipts;
}

/**
 * Reads a file with one receipt on each line.
 *
 * @throws `not_found`, `usage` for a file without receipts, `integrity` for a receipt that was
 *   changed.
 */
export async function readReceipts(path: string): Promise<readonly Receipt[]> {
  const lines = (await readSmallFile(path)).split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) throw new FtError("usage", `no receipt in ${path}`, { name: path });
  return lines.map((line) => {
    const receipt = parseReceipt(line);
    if (receipt === undefined) {
      throw new FtError("usage", `not a receipt: ${path}`, { name: path });
    }
    if (isGenuine(receipt)) return receipt;
    const message = `the receipt of ${receipt.name} was changed: its signature is wrong`;
    throw new FtError("integrity", message, { name: receipt.name });
  });
}

function parseReceipt(line: string): Receipt | undefined {
  try {
    return v.parse(receiptSchema, JSON.parse(line));
  } catch {
    return undefined;
  }
}

async function readSmallFile(path: string): Promise<string> {
  try {
    const { size } = await Deno.stat(path);
    if (size <= MAX_RECEIPT_FILE_BYTES) return await Deno.readTextFile(path);
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
  throw new FtError("limit", `too large for receipts: ${path}`, { name: path });
}

/**
 * Returns the receipt whose content a local file has.
 *
 * @throws `integrity` if there is none.
 */
export async function receiptFor(
  path: string,
  receipts: readonly Receipt[],
  { signal }: CallOptions = {},
): Promise<Receipt> {
  try {
    const { size } = await Deno.stat(path);
    if (receipts.some(({ bytes }) => bytes === size)) {
      const root = await fileRoot(path, signal);
      const found = receipts.find((receipt) => receipt.bytes === size && receipt.root === root);
      if (found !== undefined) return found;
    }
  } catch (error) {
    throw asFtError(error, `Cannot read ${path}`, path);
  }
  throw new FtError("integrity", `${path} differs from the receipt`, { name: path });
}

async function fileRoot(path: string, signal: AbortSignal | undefined): Promise<string> {
  using file = await Deno.open(path);
  const root = new RootHasher();
  const block = new Uint8Array(BLOCK_BYTES);
  let bytes = 0;
  for (let filled = BLOCK_BYTES; filled === BLOCK_BYTES; bytes += filled) {
    signal?.throwIfAborted();
    filled = await fill(file, block);
    if (filled > 0) root.add(blockDigest(block.subarray(0, filled)));
  }
  return root.finish(bytes);
}

/** Fills a buffer; fewer bytes only at the end of the file. */
async function fill(file: Deno.FsFile, buffer: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const read = await file.read(buffer.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return filled;
}
