/**
 * The records of a staged upload, by which any server of the store can resume it: objects below
 * `.ftserver/stages/TOKEN/`.
 *
 * @module
 */

import * as v from "valibot";
import { MAX_OBJECT_PARTS, MAX_STAGE_RECORD_BYTES, OBJECTS_MOVED_AT_ONCE } from "../base/limits.ts";
import { mapOrdered } from "../base/pipeline.ts";
import type { Bucket, ListedObject } from "./bucket.ts";
import { Multipart } from "./multipart.ts";
import { PartBuffer } from "./part_buffer.ts";
import { partNumbered } from "./part_layout.ts";

/** An upload in parts that was begun. */
const uploadSchema = v.object({
  /** The object that it is for. */
  key: v.string(),
  id: v.string(),
  mtimeMs: v.number(),
  mode: v.number(),
  version: v.string(),
});

const hexDigest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const partSchema = v.object({
  // It becomes part of a request in XML.
  etag: v.pipe(v.string(), v.regex(/^[^<>&"]{1,128}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  digests: v.record(v.pipe(v.string(), v.regex(/^\d{1,6}$/)), hexDigest),
  sum: v.optional(hexDigest),
});

/** The upload of a stage, with the metadata that it was begun with. */
export type StageUpload = v.InferOutput<typeof uploadSchema>;

/** A part that the store has. It cannot be read before the upload is completed. */
export interface SentPart {
  readonly etag: string;
  readonly bytes: number;
  /** Digests of its blocks, by their number in the file. */
  readonly digests: ReadonlyMap<number, Uint8Array>;
  /** The state of the SHA-256 of all bytes up to its end, if that is needed. */
  readonly sum?: string | undefined;
}

/** All that is stored about a stage. */
export interface StoredStage {
  readonly upload: StageUpload | null;
  readonly sent: Map<number, SentPart>;
  readonly pieces: Map<number, PartBuffer>;
}

/** One past the last byte that was written. */
export function endOf({ sent, pieces }: Pick<StoredStage, "sent" | "pieces">): number {
  const open = [...pieces.values()].map(({ place, end }) => place.start + end);
  const ends = [...sent].map(([number, { bytes }]) => partNumbered(number).start + bytes);
  return Math.max(0, ...open, ...ends);
}

/** The content of one object. */
type Stored =
  | { readonly kind: "upload"; readonly upload: StageUpload }
  | { readonly kind: "part"; readonly number: number; readonly part: SentPart }
  | { readonly kind: "piece"; readonly number: number; readonly piece: PartBuffer };

/** Header of a piece: the ranges that were written. */
const WRITTEN = "x-amz-meta-written";

/** The records of one stage. */
export class StageRecord {
  readonly #bucket: Bucket;
  readonly #prefix: string;
  /** The objects that exist. */
  readonly #objects = new Set<string>();

  /** @param prefix The beginning of the names of its objects. */
  constructor(bucket: Bucket, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  /** Reads what is stored. */
  async load(): Promise<StoredStage> {
    const names = await this.#names();
    const stored = { upload: null as StageUpload | null, sent: new Map(), pieces: new Map() };
    const read = mapOrdered(names, OBJECTS_MOVED_AT_ONCE, (name) => this.#read(name));
    for await (const found of read) {
      if (found === null) continue;
      if (found.kind === "upload") stored.upload = found.upload;
      else if (found.kind === "part") stored.sent.set(found.number, found.part);
      else stored.pieces.set(found.number, found.piece);
    }
    return stored;
  }

  async #names(): Promise<string[]> {
    const names: string[] = [];
    for await (const page of this.#bucket.pages({ prefix: this.#prefix, flat: true })) {
      names.push(...page.map(({ key }: ListedObject) => key.slice(this.#prefix.length)));
    }
    return names;
  }

  /** @returns `null` for an object that is gone, or is none of these: other tools can write here. */
  async #read(name: string): Promise<Stored | null> {
    this.#objects.add(name);
    const [, kind = "", digits] = name.match(/^(upload|part|piece)(?:-(\d{5}))?$/) ?? [];
    const number = Number(digits ?? 1);
    if (kind === "" || number < 1 || number > MAX_OBJECT_PARTS) return null;
    const place = partNumbered(number);
    const most = kind === "piece" ? place.size : MAX_STAGE_RECORD_BYTES;
    const found = await this.#bucket.read(`${this.#prefix}${name}`, most);
    if (found === null) return null;
    if (kind === "piece") {
      const piece = new PartBuffer(place);
      piece.restore(found.bytes, found.headers.get(WRITTEN) ?? "");
      return { kind, number, piece };
    }
    const value = parsed(found.bytes);
    if (kind === "upload") {
      const upload = v.safeParse(uploadSchema, value);
      return upload.success ? { kind, upload: upload.output } : null;
    }
    const part = v.safeParse(partSchema, value);
    if (!part.success || part.output.bytes > place.size) return null;
    const digests = Object.entries(part.output.digests).map(([index, digest]) =>
      [Number(index), Uint8Array.fromHex(digest)] as const
    );
    return { kind: "part", number, part: { ...part.output, digests: new Map(digests) } };
  }

  /** Reads which upload the parts belong to; `null` once it is completed or discarded. */
  async upload(): Promise<StageUpload | null> {
    const found = await this.#read("upload");
    return found?.kind === "upload" ? found.upload : null;
  }

  /** Stores which upload the parts belong to. */
  async putUpload(upload: StageUpload): Promise<void> {
    try {
      await this.#put("upload", JSON.stringify(upload));
    } catch (error) {
      // Nobody would find it any more.
      const { key, id } = upload;
      await new Multipart(this.#bucket.client, key, id).abort().catch(() => {});
      throw error;
    }
  }

  /** Stores that a part was sent. Its piece is not needed any more. */
  async putPart(number: number, { digests, ...part }: SentPart): Promise<void> {
    const hex = [...digests].map(([index, digest]) => [index, digest.toHex()] as const);
    await this.#put(
      partName(number),
      JSON.stringify({ ...part, digests: Object.fromEntries(hex) }),
    );
    await this.dropPiece(number);
  }

  /** Stores an incomplete part. */
  async putPiece(number: number, piece: PartBuffer): Promise<void> {
    const headers = new Headers([[WRITTEN, piece.written]]);
    await this.#put(pieceName(number), piece.content(piece.end), headers);
  }

  async #put(name: string, body: Uint8Array<ArrayBuffer> | string, headers?: Headers) {
    this.#objects.add(name);
    await this.#bucket.put(`${this.#prefix}${name}`, body, { headers });
  }

  /** Forgets a part that was sent. */
  dropPart(number: number): Promise<void> {
    return this.#drop(partName(number));
  }

  /** Removes an incomplete part. */
  dropPiece(number: number): Promise<void> {
    return this.#drop(pieceName(number));
  }

  async #drop(name: string): Promise<void> {
    if (this.#objects.delete(name)) await this.#bucket.remove(`${this.#prefix}${name}`);
  }

  /** Removes all. */
  async clear(): Promise<void> {
    // A server that had the upload before may have stored more meanwhile.
    if (this.#objects.has("upload")) {
      for (const name of await this.#names()) this.#objects.add(name);
    }
    await this.#bucket.removeMany([...this.#objects].map((name) => `${this.#prefix}${name}`));
    this.#objects.clear();
  }
}

const partName = (number: number) => `part-${String(number).padStart(5, "0")}`;
const pieceName = (number: number) => `piece-${String(number).padStart(5, "0")}`;

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
