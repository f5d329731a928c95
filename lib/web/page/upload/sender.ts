/**
 * Sends one file, however often the connection is lost.
 *
 * @module
 */

import { ApiError } from "../api.ts";
import { BLOCK_BYTES, BlockDigests, type DigestPieces } from "./block_digests.ts";
import type { Item, ItemChange, Seen } from "./item.ts";
import { PartSize } from "./part_size.ts";
import { delayMs, isTransient, MAX_ATTEMPTS } from "./retry.ts";
import type { Tus } from "./tus.ts";

/** Bytes of a file up to which it is sent with one request. */
export const MAX_SMALL_BYTES = 4 * BLOCK_BYTES;

/** There is another file with the name of the upload. */
export class TakenError extends ApiError {
  /** @param taken That file; `undefined` for a user who may not see it. */
  constructor(readonly taken: Seen | undefined, message: string) {
    super(412, "conflict", message);
  }
}

/** The tools of a sender. */
export interface SenderParts {
  readonly tus: Tus;
  readonly pieces: DigestPieces;
  /** Waits; less long if the network is there again. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /**
   * The user of the page.
   *
   * @param again Whether the server is asked again.
   */
  readonly user: (item: Item, again: boolean) => Promise<string>;
}

/** Sends a file. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #file: File;
  readonly #report: (change: ItemChange) => void;
  readonly #signal: AbortSignal;
  readonly #digests: BlockDigests;
  readonly #size = new PartSize();
  #item: Item;
  #failures = 0;

  /** @param report Called with each change of the upload. */
  constructor(
    parts: SenderParts,
    item: Item,
    file: File,
    report: (change: ItemChange) => void,
    signal: AbortSignal,
  ) {
    this.#parts = parts;
    this.#item = item;
    this.#file = file;
    this.#report = report;
    this.#signal = signal;
    this.#digests = new BlockDigests(file, parts.pieces);
  }

  /**
   * Sends the file.
   *
   * @throws {TakenError} If the name is taken, `ApiError` for what the user has to mend, and the reason
   *   of the signal.
   */
  async send(): Promise<void> {
    for (;;) {
      try {
        await this.#requireUser(false);
        if (this.#item.url === undefined) await this.#begin();
        if (this.#item.url !== undefined) await this.#continue();
        return;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  #change(change: ItemChange): void {
    this.#item = { ...this.#item, ...change };
    this.#report(change);
  }

  /** Waits until it may be tried again. @throws The error if that cannot help. */
  async #recover(error: unknown): Promise<void> {
    this.#signal.throwIfAborted();
    if (isTaken(error)) throw await this.#taken(error);
    // Another request, which was cut, may still hold the upload.
    const held = error instanceof ApiError && error.status === 423 && this.#item.url !== undefined;
    if (!held && !isTransient(error)) {
      // A server that was started again knows no logins.
      if (isRefusal(error)) await this.#requireUser(true);
      throw error;
    }
    if (++this.#failures > MAX_ATTEMPTS) throw error;
    this.#size.lost();
    this.#change({ state: "offline" });
    const ms = delayMs(this.#failures, error, Math.random());
    await this.#parts.wait(ms, this.#signal);
  }

  /** Creates the upload; that of a small file is its end, too. */
  async #begin(): Promise<void> {
    const { tus } = this.#parts;
    const small = this.#file.size <= MAX_SMALL_BYTES;
    this.#change({ state: "sending", sent: 0 });
    const condition = await this.#condition();
    if (!small) {
      this.#change({ url: await tus.create(this.#item, condition, this.#signal) });
      return;
    }
    const root = await this.#rootOfAll();
    const onProgress = (sent: number) => this.#change({ sent });
    const whole = { body: this.#file, root, onProgress };
    try {
      await tus.create(this.#item, condition, this.#signal, whole);
    } catch (error) {
      // The answer to an earlier attempt may have been lost.
      if (!isTaken(error) || !await tus.has(this.#item, root, this.#signal)) throw error;
    }
    this.#change({ sent: this.#file.size });
  }

  /** The tag of the file to replace. @throws {TakenError} If it is not the one the user saw. */
  async #condition(): Promise<string | undefined> {
    const { existing } = this.#item;
    if (typeof existing === "string") return undefined;
    const version = await this.#parts.tus.version(this.#item, this.#signal);
    if (version === undefined) return undefined;
    if (isSame(version, existing.replace)) return version.tag;
    throw new TakenError(version, "it has changed");
  }

  async #taken(error: ApiError): Promise<TakenError> {
    if (error instanceof TakenError) return error;
    // The server has discarded it.
    this.#change({ url: undefined, sent: 0 });
    const version = await this.#parts.tus.version(this.#item, this.#signal).catch(() => undefined);
    return new TakenError(version, error.message);
  }

  async #rootOfAll(): Promise<string> {
    await this.#digests.learn(Infinity);
    return await this.#digests.root();
  }

  /** Sends what the server does not have. */
  async #continue(): Promise<void> {
    const at = await this.#parts.tus.progress(this.#item, this.#signal);
    if (at === undefined) return await this.#beginAgain();
    if (at.done) return;
    this.#change({ sent: at.offset });
    if (at.offset > 0) await this.#check(at.offset);
    this.#change({ state: "sending" });
    for (let { offset } = at; offset < this.#file.size;) offset = await this.#sendPart(offset);
  }

  /** @throws `ApiError` with the code `other_user` if it is the upload of another user. */
  async #requireUser(again: boolean): Promise<void> {
    const { user } = this.#item;
    if (user === undefined || await this.#parts.user(this.#item, again) === user) return;
    throw new ApiError(401, "other_user", user);
  }

  /** The upload has expired, or it was that of a user who is not logged in any more. */
  async #beginAgain(): Promise<void> {
    await this.#requireUser(true);
    this.#change({ url: undefined, sent: 0 });
    await this.#begin();
    if (this.#item.url !== undefined) await this.#continue();
  }

  /** Reads what was sent before, as the whole is compared at the end. */
  async #check(offset: number): Promise<void> {
    const end = Math.floor(offset / BLOCK_BYTES);
    if (this.#digests.blocks < end) this.#change({ state: "checking" });
    while (this.#digests.blocks < end) {
      this.#signal.throwIfAborted();
      await this.#digests.learn(Math.min(end, this.#digests.blocks + 64));
    }
  }

  async #sendPart(offset: number): Promise<number> {
    const { size } = this.#file;
    const { tus, now } = this.#parts;
    const end = this.#size.endAfter(offset, size);
    const [first, last] = [Math.floor(offset / BLOCK_BYTES), Math.ceil(end / BLOCK_BYTES)];
    await this.#digests.learn(last);
    // The next part is read while this one is sent.
    const next = this.#size.endAfter(end, size);
    const ahead = this.#digests.learn(Math.ceil(next / BLOCK_BYTES));
    ahead.catch(() => {});
    const root = end === size ? await this.#digests.root() : undefined;
    const started = now();
    const part = {
      ...{ body: this.#file.slice(offset, end), offset, root },
      digests: this.#digests.base64(first, last),
      onProgress: (bytes: number) => this.#change({ sent: offset + bytes }),
    };
    const after = await tus.send(this.#item, part, this.#signal);
    await ahead;
    this.#size.sent(end - offset, (now() - started) / 1000);
    this.#failures = 0;
    this.#change({ sent: after.offset });
    return after.offset;
  }
}

function isTaken(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 412;
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}

function isSame(a: Seen, b: Seen): boolean {
  const second = (mtime: string) => Math.floor(Date.parse(mtime) / 1000);
  return a.type === b.type && a.bytes === b.bytes && second(a.mtime) === second(b.mtime);
}
