/**
 * Changes of files in a store that several servers of a cluster serve, as they tell each other. Only
 * servers that listen at the time learn of a change: what has to be right is read from the store.
 *
 * @module
 */

import * as v from "valibot";
import { MAX_FILE_NEWS_CHARS } from "../base/limits.ts";
import type { Bus } from "./bus.ts";
import { parseRecord } from "./chat_records.ts";

const SHOUTS = "files";

/** How users change files, as far as others see it. */
export const CHANGE_OPS = [
  "put",
  "restore",
  "mkdir",
  "change",
  "lock",
  "unlock",
  "remove",
  "move",
] as const;

/** Something that happened to a file. */
export type FileNews =
  /** Bytes were added below a path, or are about to be. */
  | { readonly kind: "use"; readonly path: string; readonly bytes: number }
  /** The bytes below a path have to be counted again. */
  | { readonly kind: "recount"; readonly path: string }
  /** A user has changed a file. */
  | {
    readonly kind: "change";
    readonly op: typeof CHANGE_OPS[number];
    readonly path: string;
    readonly to?: string | undefined;
    readonly user: string;
    readonly chatName: string;
  };

const newsSchema: v.GenericSchema<unknown, FileNews> = v.variant("kind", [
  v.object({ kind: v.literal("use"), path: v.string(), bytes: v.number() }),
  v.object({ kind: v.literal("recount"), path: v.string() }),
  v.object({
    kind: v.literal("change"),
    op: v.picklist(CHANGE_OPS),
    path: v.string(),
    to: v.optional(v.string()),
    user: v.string(),
    chatName: v.string(),
  }),
]);

const shoutSchema = v.object({
  server: v.string(),
  store: v.string(),
  news: v.array(newsSchema),
});

/** Tells the other servers of a store what happens to its files, and learns of it from them. */
export class SharedFiles implements Disposable {
  readonly #bus: Pick<Bus, "shout" | "listen">;
  readonly #store: string;
  /** Names this run of this server. */
  readonly #server = crypto.randomUUID();
  readonly #stop = new AbortController();
  #pending: string[] = [];
  #chars = 0;

  /**
   * @param store Tells the store from others that servers of the cluster serve.
   * @param onNews Called with what another server says. It must not throw.
   */
  constructor(
    bus: Pick<Bus, "shout" | "listen">,
    store: string,
    onNews: (news: FileNews) => void,
  ) {
    this.#bus = bus;
    this.#store = store;
    bus.listen(SHOUTS, (text) => {
      const shout = parseRecord(shoutSchema, text);
      if (shout === undefined || shout.store !== store || shout.server === this.#server) return;
      for (const news of shout.news) onNews(news);
    }, this.#stop.signal);
  }

  /** Tells something, together with all of the same turn of the event loop. */
  tell(news: FileNews): void {
    const text = JSON.stringify(news);
    if (this.#pending.length === 0) setTimeout(() => this.#flush());
    this.#pending.push(text);
    this.#chars += text.length;
    if (this.#chars >= MAX_FILE_NEWS_CHARS) this.#flush();
  }

  #flush(): void {
    const pending = this.#pending;
    [this.#pending, this.#chars] = [[], 0];
    if (pending.length === 0) return;
    const [server, store] = [this.#server, this.#store].map((one) => JSON.stringify(one));
    this.#bus.shout(SHOUTS, `{"server":${server},"store":${store},"news":[${pending}]}`);
  }

  [Symbol.dispose](): void {
    this.#flush();
    this.#stop.abort();
  }
}
