/**
 * How long a server keeps a client waiting that asks for nothing.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { NativePeer } from "../../testing/network/native_peer.ts";

/** Milliseconds until a ping is answered. */
export async function pingMs(peer: NativePeer): Promise<number> {
  const startedMs = performance.now();
  await peer.send("PING", new Uint8Array(8));
  for (let frame = await peer.read(); frame?.type !== "PONG"; frame = await peer.read()) {
    assert(frame !== null, "the server closed the connection");
  }
  return performance.now() - startedMs;
}
