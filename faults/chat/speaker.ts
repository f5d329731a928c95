/**
 * A client that sends chat messages in the native protocol, and knows which were accepted.
 *
 * @module
 */

import { frame, frameFollower } from "../frames.ts";

const utf8 = new TextEncoder();
const json = (value: unknown) => utf8.encode(JSON.stringify(value));
const HELLO = {
  ...{ versions: [1], software: "faults/1", features: [], digests: ["sha256"] },
  blockBytes: 1024 * 1024,
};

/** A connection that sends messages. Disposing it disconnects. */
export class Speaker implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #answers: string[] = [];
  #heard = Promise.withResolvers<void>();
  #lost = false;
  #id = 0;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    void this.#listen();
  }

  /** Connects to a server, or to a proxy in front of it. */
  static async connect(url: string): Promise<Speaker> {
    const [, hostname, port] = /^ft:\/\/([^:]+):(\d+)/.exec(url)!;
    const speaker = new Speaker(await Deno.connect({ hostname: hostname!, port: Number(port) }));
    await speaker.#send(frame("HELO", json(HELLO)));
    return speaker;
  }

  /** Sends a message to everyone. @returns Whether it was accepted; null if the answer was lost. */
  async say(text: string): Promise<boolean | null> {
    const id = new Uint8Array(4);
    new DataView(id.buffer).setUint32(0, ++this.#id);
    try {
      await this.#send(frame("REQU", id, json({ op: "say", text })));
    } catch {
      return null;
    }
    while (this.#answers.length < this.#id && !this.#lost) await this.#heard.promise;
    const answer = this.#answers[this.#id - 1];
    return answer === undefined ? null : answer === "RPLY";
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  /** Collects answers, which arrive in the order of the requests. */
  async #listen(): Promise<void> {
    const follow = frameFollower(({ type }) => {
      if (["RPLY", "FAIL"].includes(type)) this.#answers.push(type);
    });
    const buffer = new Uint8Array(65536);
    let at = 0;
    try {
      for (let count; (count = await this.#connection.read(buffer)) !== null; at += count) {
        follow(buffer.subarray(0, count), at);
        this.#wake();
      }
    } catch {
      // The connection was cut or closed.
    }
    this.#lost = true;
    this.#wake();
  }

  #wake(): void {
    this.#heard.resolve();
    this.#heard = Promise.withResolvers();
  }

  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch {
      // It is closed already.
    }
  }
}
