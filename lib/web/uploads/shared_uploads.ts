/**
 * Uploads that several servers share: each knows them from its own journal, and from records of the
 * others.
 *
 * @module
 */

import * as v from "valibot";
import { DIGEST_BYTES } from "../../blocks/manifest.ts";
import type { UploadRecords } from "../../dialects/dialect.ts";
import type { StoredUpload } from "./stored_upload.ts";
import type { UploadJournal } from "./upload_journal.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Other tools can write where the records are. */
const recordSchema = v.object({
  owner: v.string(),
  path: v.string(),
  bytes: v.nullable(count),
  facts: v.object({
    metadata: v.nullable(v.string()),
    existing: v.picklist(["refuse", "overwrite", "rename"]),
    name: v.string(),
    replaces: v.optional(hex),
    mtimeMs: v.optional(v.number()),
    sha256: v.optional(hex),
    root: v.optional(hex),
    turn: v.optional(count),
  }),
  state: v.picklist(["open", "committing", "done"]),
  root: v.nullable(hex),
  usedMs: count,
  tailBytes: count,
  tailDigest: v.nullable(hex),
  /** Digests of the whole blocks, one after the other, in Base64. */
  digests: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/)),
});

/** Another server's record of an upload. */
interface OtherRecord {
  readonly stored: StoredUpload;
  readonly digests: readonly Uint8Array<ArrayBuffer>[];
}

/** Shares the uploads of a journal. */
export class SharedUploads {
  readonly #records: UploadRecords;
  readonly #sharing = new Map<string, Promise<void>>();

  constructor(records: UploadRecords) {
    this.#records = records;
  }

  /**
   * Takes over what another server knows about an upload of an owner, if that server had it later than
   * this one.
   *
   * @returns The upload, if it did.
   */
  async takeOver(
    journal: UploadJournal,
    id: string,
    owner: string,
  ): Promise<StoredUpload | undefined> {
    const known = journal.get(id);
    const text = await this.#records.get(id);
    const other = text === null ? null : parseRecord(id, text);
    if (other?.stored.owner !== owner) return undefined;
    if (known !== undefined && turnOf(known) >= turnOf(other.stored)) return undefined;
    const facts = { ...other.stored.facts, turn: turnOf(other.stored) + 1 };
    const stored = { ...other.stored, facts };
    journal.replace(stored, other.digests);
    await this.share(journal, id);
    return stored;
  }

  /** Whether an upload is being shared. */
  isSharing(id: string): boolean {
    return this.#sharing.has(id);
  }

  /** Writes what is known about an upload, after what is being written. */
  async share(journal: UploadJournal, id: string): Promise<void> {
    const before = this.#sharing.get(id);
    const sharing = (async () => {
      await before?.catch(() => {});
      const stored = journal.get(id);
      if (stored === undefined) return;
      await this.#records.put(id, recordOf(stored, journal.digests(id, 0, stored.blocks)));
    })();
    this.#sharing.set(id, sharing);
    try {
      await sharing;
    } finally {
      if (this.#sharing.get(id) === sharing) this.#sharing.delete(id);
    }
  }

  /** Forgets an upload. */
  async remove(id: string): Promise<void> {
    await this.#sharing.get(id)?.catch(() => {});
    await this.#records.remove(id);
  }
}

/** How often an upload has gone to another server. */
function turnOf({ facts }: StoredUpload): number {
  return facts.turn ?? 0;
}

function recordOf(
  { owner, path, bytes, facts, state, root, usedMs, tailBytes, tailDigest }: StoredUpload,
  digests: readonly Uint8Array[],
): string {
  const joined = new Uint8Array(digests.length * DIGEST_BYTES);
  digests.forEach((digest, index) => joined.set(digest, index * DIGEST_BYTES));
  return JSON.stringify({
    ...{ owner, path, bytes, facts, state, root, usedMs, tailBytes },
    ...{ tailDigest: tailDigest?.toHex() ?? null, digests: joined.toBase64() },
  });
}

/** @returns `null` for what is no record. */
function parseRecord(id: string, text: string): OtherRecord | null {
  const read = v.safeParse(recordSchema, parsed(text));
  if (!read.success) return null;
  const { digests: base64, tailDigest, ...stored } = read.output;
  const joined = decoded(base64);
  if (joined === null || joined.length % DIGEST_BYTES !== 0) return null;
  const digests = Array.from(
    { length: joined.length / DIGEST_BYTES },
    (_, index) => joined.slice(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES),
  );
  const tail = tailDigest === null ? null : Uint8Array.fromHex(tailDigest);
  return { digests, stored: { ...stored, id, blocks: digests.length, tailDigest: tail } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return null;
  }
}
