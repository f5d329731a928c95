/**
 * Writes batches of small files over a native connection.
 *
 * @module
 */

import { FtError, protocolError } from "../../base/errors.ts";
import { SMALL_FILE_BYTES } from "../../base/limits.ts";
import { raceSignal } from "../../base/signals.ts";
import type { Exchange } from "../../native/exchange.ts";
import { decodeItems } from "../../native/items.ts";
import { packedHead, PackSender } from "../../native/packs.ts";
import { decodeInfoResult, infoResultSchema } from "../../native/info_results.ts";
import type {
  BatchResult,
  CallOptions,
  FileInfo,
  Precondition,
  SmallFile,
} from "../../service/files.ts";
import type { NativeClient } from "./native_client.ts";

/** Options of a batch write. */
export type WriteOptions = CallOptions & {
  readonly precondition?: Precondition;
  readonly compress?: boolean;
};

/** Writes small files in packs; each file has its own result. */
export async function writePacks(
  client: NativeClient,
  files: readonly SmallFile[],
  { signal, precondition = { kind: "absent" }, compress }: WriteOptions,
): Promise<BatchResult<FileInfo>[]> {
  const answers = new Answers(files);
  const started = Promise.withResolvers<void>();
  const { exchange, reply } = await client.call({ op: "writeMany", precondition }, {
    ITEM: (payload, exchange) => {
      started.resolve();
      exchange.consumed(payload.length);
      exchange.handle({
        ITEM: (payload) => {
          for (const item of decodeItems(infoResultSchema, payload)) {
            answers.take(decodeInfoResult(item));
          }
          exchange.consumed(payload.length);
        },
      });
    },
  }, signal);
  reply.then(
    () => started.reject(protocolError("the server ended a batch before its first frame")),
    (error) => started.reject(error),
  );
  await started.promise;
  try {
    // A connection may take nothing, so that what is being sent never ends.
    await raceSignal(sendPacks(exchange, answers.toSend(), compress), signal);
  } catch (error) {
    // If there is a reply, it has the reason why the exchange ended.
    throw await reply.then(() => error, (reason) => reason);
  }
  await reply;
  return answers.all();
}

async function sendPacks(
  exchange: Exchange,
  files: Iterable<SmallFile>,
  compress: boolean | undefined,
): Promise<void> {
  const packs = new PackSender(exchange, compress);
  for (const file of files) await packs.add(packedHead(file), file.bytes);
  await packs.flush();
  await exchange.send("COMT");
}

/** Matches answers to files: exactly one for each file that was sent. */
class Answers {
  readonly #files: readonly SmallFile[];
  readonly #open = new Map<string, number>();
  readonly #results: BatchResult<FileInfo>[] = [];

  constructor(files: readonly SmallFile[]) {
    this.#files = files;
  }

  /** The files that fit into a pack; the others get their error here. */
  *toSend(): Generator<SmallFile> {
    for (const file of this.#files) {
      const { path: name } = file;
      if (file.bytes.length > SMALL_FILE_BYTES) {
        const error = new FtError("limit", `too large for a batch: ${name}`, { name });
        this.#results.push({ path: name, error });
        continue;
      }
      this.#open.set(name, (this.#open.get(name) ?? 0) + 1);
      yield file;
    }
  }

  take(result: BatchResult<FileInfo>): void {
    const left = this.#open.get(result.path) ?? 0;
    if (left === 0) throw protocolError("the server answered for a file that was not sent");
    this.#open.set(result.path, left - 1);
    this.#results.push(result);
  }

  all(): BatchResult<FileInfo>[] {
    if (this.#results.length === this.#files.length) return this.#results;
    throw protocolError("the server did not answer for every file of a batch");
  }
}
