/**
 * A native client and a server that a test plays frame by frame.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { FtError } from "../../../lib/base/errors.ts";
import { BLOCK_BYTES } from "../../../lib/base/limits.ts";
import { NativeClient } from "../../../lib/client/native/native_client.ts";
import { NativeFiles } from "../../../lib/client/native/native_files.ts";
import { decodeJson, exchangeId } from "../../../lib/native/messages.ts";
import { requestSchema } from "../../../lib/native/schemas.ts";
import { connectionPair } from "../../../testing/network/connection_pair.ts";
import { NativePeer, type PeerFrame } from "../../../testing/network/native_peer.ts";

/** A file of two blocks. */
export const INFO = {
  path: "f",
  type: "file",
  bytes: 2 * BLOCK_BYTES,
  mtimeMs: 0,
  executable: false,
  revision: "r",
};

/** A client, and its server in the hands of a test. */
export interface Scene extends AsyncDisposable {
  readonly client: NativeClient;
  readonly files: NativeFiles;
  readonly server: NativePeer;
  /** Reads the next request. */
  asked(): Promise<{ id: number; request: ReturnType<typeof requestOf> }>;
}

function requestOf({ payload }: PeerFrame) {
  return decodeJson(requestSchema, payload.subarray(4), "REQU");
}

/** Connects a client to a server that the test plays. */
export async function play(timeoutMs = 10_000): Promise<Scene> {
  const [near, far] = connectionPair();
  const server = new NativePeer(far.connection);
  const greeting = NativeClient.greet(near.connection, "test", { timeoutMs });
  await server.read();
  await server.hello();
  const client = await greeting;
  return {
    ...{ client, server, files: new NativeFiles(client) },
    async asked() {
      const frame = await server.read();
      assert(frame?.type === "REQU", `${frame?.type}`);
      return { id: exchangeId(frame.payload), request: requestOf(frame) };
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Expects an error with this code, and returns its message. */
export async function endsAs(code: string, ending: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => ending, FtError);
  assertEquals(error.code, code, error.message);
  return error.message;
}
