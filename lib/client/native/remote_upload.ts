/**
 * Uploads a file over a native connection.
 *
 * @module
 */

import { AsyncQueue } from "../../base/async_queue.ts";
import { type FtError, protocolError } from "../../base/errors.ts";
import { MAX_KEPT_PER_FRAME } from "../../base/limits.ts";
import { blockDigest, eachDigest } from "../../blocks/manifest.ts";
import { DigestRuns } from "../../native/digest_runs.ts";
import { decodeItems } from "../../native/items.ts";
import { decodeDigestRun, decodeJson, type DigestRun, encodeJson } from "../../native/messages.ts";
import { fileInfoSchema, type Request, stagedSchema } from "../../native/schemas.ts";
import type {
  Block,
  CallOptions,
  FileInfo,
  HeldBlock,
  NewBlock,
  StageOptions,
  Upload,
} from "../../service/files.ts";
import { requirePath } from "./requested_path.ts";
import type { Call, NativeClient } from "./native_client.ts";
import { orReason, SentBlocks } from "./sent_blocks.ts";

/** Starts or resumes an upload; resolves when the server has sent its token. */
export async function openUpload(
  client: NativeClient,
  path: string,
  options: StageOptions,
): Promise<NativeUpload> {
  const upload = await begin(client, path, options);
  if (isUpload(upload)) return upload;
  throw endedEarly();
}

/**
 * Does the same if the name is free, in one round trip.
 *
 * @returns The upload, or details of what has the name.
 * @throws `conflict` if a server that is older does not say what has the name.
 */
export function openUploadIfFree(
  client: NativeClient,
  path: string,
  options: StageOptions,
): Promise<NativeUpload | FileInfo> {
  return begin(client, path, options, true);
}

/** Tells an upload from the details of a file. */
export function isUpload<U extends Upload>(begun: U | FileInfo): begun is U {
  return "commit" in begun;
}

function endedEarly(): FtError {
  return protocolError("the server ended an upload before its commit");
}

async function begin(
  client: NativeClient,
  path: string,
  { signal, precondition = { kind: "absent" }, executable = false, compress = false, ...facts }:
    StageOptions,
  stat?: true,
): Promise<NativeUpload | FileInfo> {
  const request: Request = { op: "stage", path, precondition, executable, ...facts, stat };
  const held = new AsyncQueue<{ run: DigestRun; cost: number }>();
  const token = Promise.withResolvers<string | FileInfo>();
  const upload = new NativeUpload(client, path, held, compress);
  const call = await client.call(request, {
    ITEM: (payload, exchange) => {
      token.resolve(tokenIn(payload, path, facts.token));
      exchange.consumed(payload.length);
      exchange.handle({
        HELD: (payload) => held.push({ run: decodeDigestRun(payload), cost: payload.length }),
        ITEM: (payload) => {
          exchange.consumed(payload.length);
          exchange.handle({ ACKN: (payload) => upload.blocks.acknowledged(payload) });
          held.close();
        },
      });
    },
  }, signal);
  const end = (error: unknown) => {
    token.reject(error);
    held.fail(error);
    upload.blocks.ended(error);
  };
  call.reply.then((reply) => {
    // Once it has sent the token, this changes nothing.
    if (stat) token.resolve(infoIn(reply, path));
    end(endedEarly());
  }).catch(end);
  const begun = await token.promise;
  if (typeof begun !== "string") return begun;
  upload.begin(call, begun);
  call.expectWork();
  return upload;
}

function infoIn(reply: Uint8Array, path: string): FileInfo {
  const info = decodeJson(fileInfoSchema, reply, "RPLY");
  requirePath(path, info.path);
  return info;
}

function tokenIn(payload: Uint8Array, path: string, asked: string | undefined): string {
  const [staged] = decodeItems(stagedSchema, payload);
  if (staged === undefined) throw protocolError("an upload started without its token");
  requirePath(path, staged.path ?? path);
  if (asked !== undefined && staged.token !== asked) {
    throw protocolError("an upload started with a different token");
  }
  return staged.token;
}

/** {@linkcode Upload} over a connection. */
export class NativeUpload implements Upload {
  readonly #client: NativeClient;
  readonly #path: string;
  /** The blocks that are sent. */
  readonly blocks: SentBlocks;
  readonly #held: AsyncQueue<{ run: DigestRun; cost: number }>;
  #kept: DigestRuns | undefined;
  #call: Call | undefined;
  #token = "";

  constructor(
    client: NativeClient,
    path: string,
    held: AsyncQueue<{ run: DigestRun; cost: number }>,
    compress: boolean,
  ) {
    this.#client = client;
    this.#path = path;
    this.#held = held;
    this.blocks = new SentBlocks(path, compress);
  }

  /** Records that the server accepted the upload. */
  begin(call: Call, token: string): void {
    this.#call = call;
    this.#token = token;
    const send = (payload: Uint8Array) => call.exchange.send("KEEP", payload);
    this.#kept = new DigestRuns(send, MAX_KEPT_PER_FRAME);
  }

  get token(): string {
    return this.#token;
  }

  async *have(): AsyncGenerator<HeldBlock> {
    for await (const { run, cost } of this.#held) {
      let index = run.first;
      for (const digest of eachDigest(run.digests)) yield { index: index++, digest };
      this.#call!.exchange.consumed(cost);
    }
  }

  keep({ index, digest }: HeldBlock): Promise<void> {
    return this.#kept!.add(index, digest);
  }

  async add(block: NewBlock, options?: CallOptions): Promise<Uint8Array<ArrayBuffer>> {
    const { index, bytes } = block;
    const digest = blockDigest(bytes);
    await this.write({ index, bytes, digest, [Symbol.dispose]: () => {} }, options);
    return digest;
  }

  write(block: Block, options: CallOptions = {}): Promise<number> {
    return this.blocks.write(this.#call!, block, options);
  }

  ready(options?: CallOptions): Promise<void> {
    return this.blocks.ready(this.#call!, options);
  }

  async commit(total: { bytes: number; root: string }): Promise<FileInfo> {
    const { exchange, reply } = this.#call!;
    await this.blocks.sent;
    const flushed = this.#kept!.flush();
    await orReason(this.#call!, flushed.then(() => exchange.send("COMT", encodeJson(total))));
    return { ...infoIn(await reply, this.#path), root: total.root };
  }

  async abandon(): Promise<void> {
    if (this.#call === undefined || this.#call.exchange.signal.aborted) return;
    await this.#call.exchange.send("DROP");
    await this.#call.reply;
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (this.#call !== undefined) this.#client.cancel(this.#call);
    this.#held.drain();
    return Promise.resolve();
  }
}
