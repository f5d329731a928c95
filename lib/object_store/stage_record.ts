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
import { type NotedParts, PartNotes } from "./part_notes.ts";
import { partNumbered } from "./part_layout.ts";
import type { SentPart } from "./sent_part.ts";

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

const partNumber = v.pipe(v.string(), v.regex(/^[1-9]\d{0,4}$/));

const partSchema = v.object({
  // It becomes part of a request in XML.
  etag: v.pipe(v.string(), v.regex(/^[^<>&"]{1,128}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  digests: v.record(v.pipe(v.string(), v.regex(/^\d{1,6}$/)), hexDigest),
  sum: v.optional(hexDigest),
});

/** Parts that were sent, and `null` for those that are not valid any more. */
const notesSchema = v.object({
  /** The upload in parts that they belong to. */
  upload: v.string(),
  parts: v.record(partNumber, v.nullable(partSchema)),
});

/** The upload of a stage, with the metadata that it was begun with. */
export type StageUpload = v.InferOutput<typeof uploadSchema>;

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
  | { readonly kind: "parts"; readonly upload: string; readonly parts: NotedParts }
  | { readonly kind: "piece"; readonly number: number; readonly piece: PartBuffer };

/** Header of a piece: the ranges that were written. */
const WRITTEN = "x-amz-meta-written";

/** The records of one stage. */
export class StageRecord {
  readonly #bucket: Bucket;
  readonly #prefix: string;
  /** The objects that exist. */
  readonly #objects = new Set<string>();
  readonly #notes = new PartNotes((parts) => this.#putParts(parts));
  /** Another server may write records at the same time. */
  readonly #writer = crypto.randomUUID().slice(0, 8);
  #upload = "";
  /** Records of parts so far, of all servers. */
  #count = 0;

  /** @param prefix The beginning of the names of its objects. */
  constructor(bucket: Bucket, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  /** Reads what is stored. */
  async load(): Promise<StoredStage> {
    const names = await this.#names();
    const stored = { upload: null as StageUpload | null, sent: new Map(), pieces: new Map() };
    const records: Extract<Stored, { kind: "parts" }>[] = [];
    const read = mapOrdered(names, OBJECTS_MOVED_AT_ONCE, (name) => this.#read(name));
    for await (const found of read) {
      if (found === null) continue;
      if (found.kind === "upload") stored.upload = found.upload;
      else if (found.kind === "parts") records.push(found);
      else stored.pieces.set(found.number, found.piece);
    }
    this.#upload = stored.upload?.id ?? "";
    for (const { upload, parts } of records) {
      if (upload === this.#upload) {
        for (const [number, part] of parts) stored.sent.set(number, part);
      }
    }
    for (const [number, part] of stored.sent) {
      if (part === null) stored.sent.delete(number);
      else stored.pieces.delete(number);
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
    const piece = PIECE.exec(name);
    if (piece !== null) return await this.#readPiece(name, Number(piece[1]));
    const notes = PARTS.exec(name);
    if (notes === null && name !== "upload") return null;
    const found = await this.#bucket.read(`${this.#prefix}${name}`, MAX_STAGE_RECORD_BYTES);
    if (found === null) return null;
    const value = parsed(found.bytes);
    if (notes === null) {
      const upload = v.safeParse(uploadSchema, value);
      return upload.success ? { kind: "upload", upload: upload.output } : null;
    }
    this.#count = Math.max(this.#count, Number(notes[1]));
    const read = v.safeParse(notesSchema, value);
    if (!read.success) return null;
    return { kind: "parts", upload: read.output.upload, parts: notedParts(read.output.parts) };
  }

  async #readPiece(name: string, number: number): Promise<Stored | null> {
    if (number < 1 || number > MAX_OBJECT_PARTS) return null;
    const place = partNumbered(number);
    const found = await this.#bucket.read(`${this.#prefix}${name}`, place.size);
    if (found === null) return null;
    const piece = new PartBuffer(place);
    piece.restore(found.bytes, found.headers.get(WRITTEN) ?? "");
    return { kind: "piece", number, piece };
  }

  /** Reads which upload the parts belong to; `null` once it is completed or discarded. */
  async upload(): Promise<StageUpload | null> {
    const found = await this.#read("upload");
    return found?.kind === "upload" ? found.upload : null;
  }

  /** Stores which upload the parts belong to. */
  async putUpload(upload: StageUpload): Promise<void> {
    this.#upload = upload.id;
    try {
      await this.#put("upload", JSON.stringify(upload));
    } catch (error) {
      // Nobody would find it any more.
      const { key, id } = upload;
      await new Multipart(this.#bucket.client, key, id).abort().catch(() => {});
      throw error;
    }
  }

  /** Stores soon that a part was sent. */
  addPart(number: number, part: SentPart): void {
    this.#notes.add(number, part);
  }

  /** Stores all parts that were sent, a last time. */
  async end(): Promise<void> {
    await this.#notes.end();
  }

  async #putParts(parts: NotedParts): Promise<void> {
    const hex = [...parts].map(([number, part]) => {
      if (part === null) return [number, null] as const;
      const digests = [...part.digests].map(([index, digest]) => [index, digest.toHex()] as const);
      return [number, { ...part, digests: Object.fromEntries(digests) }] as const;
    });
    const count = String(++this.#count).padStart(6, "0");
    const record = { upload: this.#upload, parts: Object.fromEntries(hex) };
    await this.#put(`parts-${count}-${this.#writer}`, JSON.stringify(record));
    await Promise.all([...parts.keys()].map((number) => this.dropPiece(number)));
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
  async dropPart(number: number): Promise<void> {
    await this.#notes.drop(number);
  }

  /** Removes what this server has stored about parts. */
  async withdraw(): Promise<void> {
    await this.#notes.forget();
    const own = [...this.#objects].filter((name) => name.endsWith(`-${this.#writer}`));
    await Promise.all(own.map((name) => this.#drop(name)));
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
    await this.#notes.forget();
    // A server that had the upload before may have stored more meanwhile.
    if (this.#objects.has("upload")) {
      for (const name of await this.#names()) this.#objects.add(name);
    }
    await this.#bucket.removeMany([...this.#objects].map((name) => `${this.#prefix}${name}`));
    this.#objects.clear();
  }
}

/** A record of parts: its place in their order, and the server that wrote it. */
const PARTS = /^parts-(\d{6})-[0-9a-f]{8}$/;
/** An incomplete part: its number. */
const PIECE = /^piece-(\d{5})$/;
const pieceName = (number: number) => `piece-${String(number).padStart(5, "0")}`;

/** Leaves out what no upload has. */
function notedParts(parts: v.InferOutput<typeof notesSchema>["parts"]): NotedParts {
  const noted = new Map<number, SentPart | null>();
  for (const [digits, part] of Object.entries(parts)) {
    const number = Number(digits);
    if (number > MAX_OBJECT_PARTS) continue;
    if (part === null) noted.set(number, null);
    else if (part.bytes <= partNumbered(number).size) noted.set(number, sentPart(part));
  }
  return noted;
}

function sentPart({ digests, ...part }: v.InferOutput<typeof partSchema>): SentPart {
  const bytes = Object.entries(digests).map(([index, digest]) =>
    [Number(index), Uint8Array.fromHex(digest)] as const
  );
  return { ...part, digests: new Map(bytes) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
