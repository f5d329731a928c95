/**
 * A proxy between a server and its object store, which can be slow, full or busy.
 *
 * @module
 */

import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { delay } from "@std/async/delay";

/** How the store seems to be. */
export interface StoreMood {
  /** Milliseconds before each request. @default {0} */
  readonly slowMs?: number;
  /** The status and the code of S3 that answer requests, instead of the store. */
  readonly refuses?: readonly [status: number, code: string];
  /** Whether only requests that store something are refused. @default {false} */
  readonly onlyWrites?: boolean;
}

/** A running proxy. Disposing it stops it. */
export interface StoreProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** How the store seems to be from now on. */
  mood: StoreMood;
}

/** Starts a proxy. @param endpoint The URL of the store. */
export async function storeProxy(endpoint: string): Promise<StoreProxy> {
  const server = createServer((asked, answer) => void answerTo(asked, answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const proxy: StoreProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    mood: {},
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  const answerTo = async (asked: IncomingMessage, answer: ServerResponse) => {
    const { slowMs = 0, refuses, onlyWrites = false } = proxy.mood;
    if (slowMs > 0) await delay(slowMs);
    if (refuses !== undefined && !(onlyWrites && isReading(asked))) {
      return refuse(asked, answer, refuses);
    }
    // The signature is for the name that the server knows, so the header of it stays.
    const { method, url, headers } = asked;
    const passed = request(`${endpoint}${url}`, { method, headers }, (got) => {
      answer.writeHead(got.statusCode!, got.headers);
      got.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    answer.on("close", () => passed.destroy());
    asked.pipe(passed);
  };
  return proxy;
}

const isReading = ({ method }: IncomingMessage) => ["GET", "HEAD", "DELETE"].includes(method ?? "");

function refuse(
  asked: IncomingMessage,
  answer: ServerResponse,
  [status, code]: readonly [number, string],
): void {
  asked.resume();
  asked.on("end", () => {
    answer.writeHead(status, { "content-type": "application/xml" });
    answer.end(
      `<?xml version="1.0"?><Error><Code>${code}</Code><Message>by a test</Message></Error>`,
    );
  });
}
