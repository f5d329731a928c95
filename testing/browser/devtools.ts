/**
 * The protocol of a browser's developer tools: commands and their results on a socket.
 *
 * @module
 */

import { withTimeout } from "../with_timeout.ts";

/** Milliseconds until a command must have its result. */
const RESULT_TIMEOUT_MS = 90_000;

interface Reply {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A connection to a browser. */
export class DevTools implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  readonly #closed = Promise.withResolvers<void>();
  #sent = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#received(JSON.parse(data));
    socket.onclose = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the browser has ended"));
      this.#closed.resolve();
    };
  }

  /** Connects. @param url As the browser prints it. */
  static async connect(url: string): Promise<DevTools> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return new DevTools(socket);
  }

  /**
   * Sends a command.
   *
   * @param sessionId The page that it is for. @default the browser
   * @throws {Error} The browser's reason for refusing it, or that it does not answer.
   */
  async send(
    method: string,
    params: Readonly<Record<string, unknown>> = {},
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    const id = ++this.#sent;
    const reply = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, reply);
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return await withTimeout(reply.promise, RESULT_TIMEOUT_MS, () => {
      throw new Error(
        `the browser does not answer ${method} ${JSON.stringify(params).slice(0, 200)}`,
      );
    });
  }

  #received({ id, result, error }: Reply): void {
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (error === undefined) waiting?.resolve(result ?? {});
    else waiting?.reject(new Error(error.message));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#closed.promise;
  }
}
