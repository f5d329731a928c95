/**
 * Reads the events of a response (Server-Sent Events).
 *
 * @module
 */

/** An event, as a browser would dispatch it. */
export interface ReadEvent {
  readonly id: string;
  readonly event: string;
  // deno-lint-ignore no-explicit-any
  readonly data: any;
}

/** The events of a response. Disposing it disconnects. */
export class EventReader implements AsyncDisposable {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #utf8 = new TextDecoder();
  #text = "";
  /** The id of the last event. */
  lastId = "";

  constructor(response: Response) {
    this.response = response;
    this.#reader = response.body!.getReader();
  }

  /** Returns the next event; `undefined` at the end. Comments and retry times are skipped. */
  async next(): Promise<ReadEvent | undefined> {
    while (true) {
      const end = this.#text.indexOf("\n\n");
      if (end === -1) {
        const { value, done } = await this.#reader.read();
        if (done) return undefined;
        this.#text += this.#utf8.decode(value, { stream: true });
        continue;
      }
      const lines = this.#text.slice(0, end).split("\n");
      this.#text = this.#text.slice(end + 2);
      const fields = Object.fromEntries(lines.map((line) => {
        const colon = line.indexOf(": ");
        return [line.slice(0, colon), line.slice(colon + 2)];
      }));
      if (fields.data === undefined) continue;
      this.lastId = fields.id ?? this.lastId;
      return { id: this.lastId, event: fields.event ?? "message", data: JSON.parse(fields.data) };
    }
  }

  /** Returns the data of the next event with a name; others are skipped. */
  // deno-lint-ignore no-explicit-any
  async until(event: string): Promise<any> {
    for (let next = await this.next(); next !== undefined; next = await this.next()) {
      if (next.event === event) return next.data;
    }
    throw new Error(`the stream ended before an event ${event}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }
}
