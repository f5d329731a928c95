/**
 * Other pages of this browser: each upload belongs to one of them, so that two do not send the same
 * file.
 *
 * @module
 */

/** Milliseconds in which another page answers. */
const ANSWER_MS = 300;

/** A message to all other pages: a question, or the uploads of one page. */
interface Message {
  readonly uploads?: readonly string[];
}

/** The part of a channel between pages that is used. */
export type Channel = Pick<BroadcastChannel, "postMessage" | "addEventListener">;

/** The other pages. */
export class OtherPages {
  readonly #channel: Channel;
  readonly #taken = new Set<string>();

  /** @param own The identifiers of the uploads of this page. */
  constructor(channel: Channel, own: () => readonly string[]) {
    this.#channel = channel;
    channel.addEventListener("message", (event) => {
      const { uploads } = (event as MessageEvent<Message>).data;
      if (uploads === undefined) channel.postMessage({ uploads: own() });
      else for (const id of uploads) this.#taken.add(id);
    });
  }

  /** Asks for the identifiers of the uploads of other pages. */
  async uploads(): Promise<ReadonlySet<string>> {
    this.#channel.postMessage({});
    await new Promise((answered) => setTimeout(answered, ANSWER_MS));
    return this.#taken;
  }
}
