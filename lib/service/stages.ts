/**
 * The staged uploads of all clients: counted, limited, and removed when nobody resumes them.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Quota } from "../auth/permission.ts";
import { FtError, hasCode } from "../base/errors.ts";
import { isWithinAnyCase } from "../base/fold_case.ts";
import { MAX_STAGED_BYTES_PER_HOLDER, MAX_STAGES_PER_HOLDER } from "../base/limits.ts";
import type { LeaseHolder } from "../storage/lease_holder.ts";
import { isStageToken, type StageFacts, type Store } from "../storage/store.ts";
import type { StorePath } from "../storage/store_path.ts";
import { CountedStage } from "./counted_stage.ts";
import { freeIn, overQuota } from "./quota_room.ts";
import type { QuotaUse } from "./quota_use.ts";
import { WrittenBlocks } from "./written_blocks.ts";

/** A staged upload of this run. */
export interface Stage {
  readonly token: string;
  readonly path: StorePath;
  /** Its limits count it: a user, or the host of anonymous clients, who choose their identity. */
  readonly holder: string;
  /** The size in bytes that it has or is about to have. */
  bytes: number;
  /** Connections that have it open; several while one takes it over. */
  users: number;
  /** Known once it was opened. */
  written?: WrittenBlocks | undefined;
}

/** Limits for each holder. */
export interface StageLimits {
  readonly maxStages: number;
  readonly maxBytes: number;
}

const LIMITS: StageLimits = {
  maxStages: MAX_STAGES_PER_HOLDER,
  maxBytes: MAX_STAGED_BYTES_PER_HOLDER,
};

/**
 * The token on the disk: another owner who learns a token cannot open the upload.
 *
 * @throws `usage` for a malformed token.
 */
export function boundToken({ id, source, connection }: LeaseHolder, token: string): string {
  if (!isStageToken(token)) throw new FtError("usage", "Cannot stage: the token is malformed");
  // Without an identity only the host can be recognised.
  const owner = connection === undefined ? id : source;
  return createHash("sha256").update(`${owner}\n${token}`).digest("base64url");
}

/** The staged uploads, those that were closed first coming first. */
export class Stages {
  readonly #store: Store;
  readonly #quotas: QuotaUse;
  readonly #limits: StageLimits;
  readonly #stages = new Map<string, Stage>();

  constructor(store: Store, quotas: QuotaUse, limits: StageLimits = LIMITS) {
    this.#store = store;
    this.#quotas = quotas;
    this.#limits = limits;
  }

  /**
   * Opens a staged file that counts against its holder until it is published or discarded.
   *
   * @param quotas Returns the quotas that its bytes have to fit into.
   * @param credit Bytes of the file that it replaces.
   * @param facts Facts that it will probably be published with.
   * @throws `limit` if its holder has too many open.
   */
  async open(
    { token, path, holder }: Pick<Stage, "token" | "path" | "holder">,
    quotas: () => readonly Quota[],
    credit: number,
    facts?: StageFacts,
  ): Promise<CountedStage> {
    const stage = this.#stages.get(token) ?? { token, path, holder, bytes: 0, users: 0 };
    this.#stages.set(token, stage);
    stage.users++;
    try {
      await this.#limitNumber(stage);
      const staged = await this.#store.stage(token, path, facts);
      stage.bytes = Math.max(stage.bytes, staged.bytes);
      // A store that knows what it has may have it from another server.
      if (staged.held !== undefined) stage.written = undefined;
      stage.written ??= new WrittenBlocks(staged.bytes === 0);
      const account = {
        grow: (bytes: number) => this.#grow(stage, bytes, quotas(), credit),
        end: () => this.#end(stage),
        close: () => this.#close(stage),
      };
      return new CountedStage(staged, account, stage.written);
    } catch (error) {
      await this.#close(stage);
      throw error;
    }
  }

  /** Removes a staged file unless it is open. @returns Whether it was removed. */
  async expire(token: string): Promise<boolean> {
    if ((this.#stages.get(token)?.users ?? 0) > 0) return false;
    this.#stages.delete(token);
    try {
      await using staged = await this.#store.stage(token);
      await staged.discard();
      return true;
    } catch (error) {
      // A client resumed it just now.
      if (hasCode(error, "conflict")) return false;
      throw error;
    }
  }

  async #limitNumber({ holder }: Stage): Promise<void> {
    const own = this.#all((stage) => stage.holder === holder);
    if (own.length <= this.#limits.maxStages) return;
    const oldest = own.find(isIdle);
    if (oldest === undefined) throw new FtError("limit", "too many uploads at once");
    await this.expire(oldest.token);
  }

  async #grow(
    stage: Stage,
    bytes: number,
    quotas: readonly Quota[],
    credit: number,
  ): Promise<void> {
    if (bytes <= stage.bytes) return;
    const before = stage.bytes;
    stage.bytes = bytes;
    for (const quota of quotas) {
      const stored = await this.#quotas.tightest([quota]);
      if (stored === undefined || await this.#fits(quota.path, credit + freeIn(stored))) continue;
      stage.bytes = before;
      const others = this.#all((other) =>
        other !== stage && isWithinAnyCase(quota.path, other.path)
      );
      const used = stored.used + sum(others);
      throw overQuota(stage.path, { quota, used }, bytes - credit);
    }
  }

  /** Uploads that nobody has open make room for those that somebody has. */
  async #fits(folder: string, room: number): Promise<boolean> {
    while (true) {
      const below = this.#all(({ path }) => isWithinAnyCase(folder, path));
      if (sum(below) <= room) return true;
      const oldest = below.find(isIdle);
      if (oldest === undefined) return false;
      await this.expire(oldest.token);
    }
  }

  #end(stage: Stage): void {
    if (this.#stages.get(stage.token) === stage) this.#stages.delete(stage.token);
  }

  async #close(stage: Stage): Promise<void> {
    stage.users--;
    if (stage.users > 0 || this.#stages.get(stage.token) !== stage) return;
    this.#stages.delete(stage.token);
    if (stage.bytes === 0) return;
    this.#stages.set(stage.token, stage);
    while (true) {
      const idle = this.#all((other) => other.holder === stage.holder && isIdle(other));
      if (idle.length < 2 || sum(idle) <= this.#limits.maxBytes) return;
      await this.expire(idle[0]!.token);
    }
  }

  #all(wanted: (stage: Stage) => boolean): Stage[] {
    return [...this.#stages.values()].filter(wanted);
  }
}

function isIdle({ users }: Stage): boolean {
  return users === 0;
}

function sum(stages: readonly Stage[]): number {
  return stages.reduce((bytes, stage) => bytes + stage.bytes, 0);
}
