/**
 * Removes staged uploads that nobody resumes, at the start and from time to time.
 *
 * @module
 */

import { STAGED_SWEEP_MS, STAGED_UPLOAD_TTL_MS } from "../base/limits.ts";
import type { Logger } from "../base/log.ts";
import { asFtError } from "../base/os_errors.ts";
import { isEphemeral } from "../service/ephemeral_token.ts";
import type { Stages } from "../service/stages.ts";
import type { Store } from "../storage/store.ts";

/** The context of the expiry. */
export interface StageExpiryContext {
  readonly store: Store;
  readonly stages: Stages;
  /** Whether no other server stages uploads in the store. @default {true} */
  readonly alone?: boolean;
  readonly log: Logger;
  /** Discards uploads that the store has and no token names. @default there are none */
  readonly abortUnfinished?: ((ageMs: number) => Promise<number>) | undefined;
}

/** The expiry of staged uploads. Disposing it stops the timer and waits for a removal. */
export class StageExpiry implements AsyncDisposable {
  readonly #context: StageExpiryContext;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #stopped = false;

  private constructor(context: StageExpiryContext) {
    this.#context = context;
  }

  /** Removes the uploads that are too old or ephemeral, and starts the timer. */
  static async start(context: StageExpiryContext): Promise<StageExpiry> {
    const expiry = new StageExpiry(context);
    await expiry.#sweep();
    expiry.#wait();
    return expiry;
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#sweeping = this.#sweep().finally(() => this.#stopped || this.#wait());
    }, STAGED_SWEEP_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** A fault, as in a folder that is not writable, must not keep the server from its work. */
  async #sweep(): Promise<void> {
    try {
      await this.#expireAll();
    } catch (error) {
      this.#context.log.warning("upload.fault", { message: asFtError(error).message });
    }
  }

  async #expireAll(): Promise<void> {
    const { store, stages, alone = true, log, abortUnfinished } = this.#context;
    for await (const { token, mtimeMs } of store.staged()) {
      if (this.#stopped) return;
      const ageMs = Date.now() - mtimeMs;
      // No client can resume it, but another server may be receiving it.
      const useless = isEphemeral(token) && (alone || ageMs > STAGED_SWEEP_MS);
      if (!useless && ageMs < STAGED_UPLOAD_TTL_MS) continue;
      if (await stages.expire(token)) log.info("upload.expired", { token });
    }
    const aborted = await abortUnfinished?.(STAGED_UPLOAD_TTL_MS) ?? 0;
    if (aborted > 0) log.info("upload.aborted", { count: aborted });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#sweeping;
  }
}
