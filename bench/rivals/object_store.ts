/**
 * An object store, and `curl` as its client. The rival of a server with `--store` is the store itself.
 *
 * @module
 */

import {
  type Ceph,
  CEPH_ACCESS_KEY,
  CEPH_SECRET_KEY,
  NEEDS_CEPH,
  startCeph,
} from "../../testing/ceph/ceph.ts";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { Multipart } from "../../lib/object_store/multipart.ts";
import { S3Client } from "../../lib/object_store/s3_client.ts";
import { findProgram } from "./daemon.ts";

const BUCKET = "bench";
/** Parts that `curl` sends at once, about as many as our server does. */
const PARTS_AT_ONCE = 4;
/** Logs `curl` in. The body of an upload is not hashed for the signature, as ours is not. */
const SIGNED = [
  ...["--user", `${CEPH_ACCESS_KEY}:${CEPH_SECRET_KEY}`],
  ...["--aws-sigv4", "aws:amz:us-east-1:s3", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"],
];

/** Environment variables with the credentials, for our server. */
export const STORE_KEYS = {
  FTSERVER_S3_ACCESS_KEY: CEPH_ACCESS_KEY,
  FTSERVER_S3_SECRET_KEY: CEPH_SECRET_KEY,
};

/** A running Ceph with an empty bucket. */
export class ObjectStoreRival implements AsyncDisposable {
  /** The URL of the bucket, for `--store`. */
  readonly url: string;
  /** Sends requests to the bucket. */
  readonly client: S3Client;
  readonly #ceph: Ceph;
  readonly #base: string;

  private constructor(ceph: Ceph) {
    const { endpoint } = this.#ceph = ceph;
    this.#base = `${endpoint}/${BUCKET}`;
    this.url = `s3://${BUCKET}?endpoint=${endpoint}`;
    const place = { endpoint, bucket: BUCKET, prefix: "", region: "us-east-1" };
    this.client = new S3Client(place, { accessKey: CEPH_ACCESS_KEY, secretKey: CEPH_SECRET_KEY });
  }

  /** Starts it, or returns the name of a program that is not installed. */
  static async start(): Promise<ObjectStoreRival | string> {
    if (NEEDS_CEPH.ignore) return "ceph";
    if (await findProgram("curl") === undefined) return "curl";
    await using stack = new AsyncDisposableStack();
    const store = new ObjectStoreRival(stack.use(await startCeph()));
    await store.client.head({ method: "PUT" });
    stack.move();
    return store;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.#ceph[Symbol.asyncDispose]();
  }

  /** Downloads an object. */
  async get(key: string, target: string): Promise<void> {
    await this.#curl("-o", target, `${this.#base}/${key}`);
  }

  /** Uploads an object, in one request. */
  async put(source: string, key: string): Promise<void> {
    await this.#curl("-o", "/dev/null", "-T", source, `${this.#base}/${key}`);
  }

  /** Uploads files as the parts of an object, several at once. */
  async putParts(parts: readonly string[], key: string): Promise<void> {
    const upload = await Multipart.begin(this.client, key, {});
    const sent = parts.flatMap((part, index) => {
      const query = `partNumber=${index + 1}&uploadId=${upload.id}`;
      return ["-o", "/dev/null", "-T", part, `${this.#base}/${key}?${query}`];
    });
    const shown = ["-w", "%{urlnum} %header{etag}\n"];
    const answers = await this.#curl("-Z", "--parallel-max", `${PARTS_AT_ONCE}`, ...shown, ...sent);
    const etags = answers.matchAll(/^(\d+) "(\w+)"$/gm).map(([, index, etag]) =>
      [Number(index) + 1, etag!] as const
    );
    await upload.complete(new Map(etags), undefined);
  }

  /** Lists a folder page by page. @returns How many objects it has. */
  async list(folder: string): Promise<number> {
    let [count, token] = [0, ""];
    do {
      const after = token === "" ? "" : `continuation-token=${encodeURIComponent(token)}&`;
      const query = `${after}delimiter=%2F&list-type=2&max-keys=1000&prefix=${folder}%2F`;
      const page = await this.#curl(`${this.#base}?${query}`);
      count += page.match(/<Key>/g)?.length ?? 0;
      token = /<NextContinuationToken>([^<]*)</.exec(page)?.[1] ?? "";
    } while (token !== "");
    return count;
  }

  async #curl(...args: readonly string[]): Promise<string> {
    return (await runSuccessfully({ path: "curl", args: ["-sSf", ...SIGNED, ...args] }, [])).stdout;
  }
}
