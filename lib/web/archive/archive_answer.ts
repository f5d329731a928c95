/**
 * A folder, or a selection of names in it, as an archive.
 *
 * @module
 */

import { basename } from "@std/path/posix/basename";
import { escapeControls } from "../../base/text.ts";
import type { Exchange } from "../door/exchange.ts";
import type { UserPlace } from "../files/place.ts";
import { HttpError } from "../http/http_error.ts";
import { fileName } from "../http/media_types.ts";
import { startedStream } from "../http/started_stream.ts";
import { archivePieces, type Note } from "./archive_pieces.ts";
import { ArchivePlan } from "./archive_plan.ts";
import type { ArchiveWriter } from "./archive_writer.ts";
import { selectedNames } from "./selection.ts";
import { TarWriter } from "./tar_writer.ts";
import { ZipWriter } from "./zip_writer.ts";

interface ArchiveForm {
  readonly extension: string;
  readonly type: string;
  readonly writer: () => ArchiveWriter;
}

const FORMS: readonly ArchiveForm[] = [
  { extension: "zip", type: "application/zip", writer: () => new ZipWriter() },
  { extension: "tar", type: "application/x-tar", writer: () => new TarWriter() },
];

/** The name of an archive of the served folder, which has none for clients. */
const ROOT_NAME = "files";

/**
 * Answers with an archive. Its size is known, and its content is verified as it is read; a file that
 * changes meanwhile cuts the connection, so that no client takes a part for the whole.
 *
 * @param fields `archive`: `zip` or `tar`; `name`, repeated: the names. @default all in the folder
 * @throws {HttpError} 400 for others, and what {@linkcode ArchivePlan.of} throws.
 */
export async function answerArchive(
  { method, signal }: Pick<Exchange, "method" | "signal">,
  place: UserPlace,
  fields: URLSearchParams,
): Promise<Response> {
  const form = FORMS.find(({ extension }) => extension === fields.get("archive"));
  if (form === undefined) throw new HttpError(400, "archive is zip or tar");
  using stack = new DisposableStack();
  const names = selectedNames(fields);
  const plan = stack.use(await ArchivePlan.of(place, names, form.writer(), signal));
  const note = noteOf(plan);
  if (note !== undefined) plan.size.add(note);
  const entries = { [Symbol.iterator]: () => entriesOf(plan, note) };
  const name = place.path === "." ? ROOT_NAME : basename(place.path);
  const headers = new Headers({
    "content-type": form.type,
    "content-length": String(plan.size.total()),
    "content-disposition": `attachment; ${fileName(`${name}.${form.extension}`)}`,
    "cache-control": "no-store",
    "accept-ranges": "none",
  });
  if (plan.leftOut.size > 0) headers.set("left-out", String(plan.leftOut.size));
  if (method === "HEAD") return new Response(null, { headers });
  const owned = stack.move();
  const content = { files: place.files, entries, signal };
  return new Response(await startedStream(owning(owned, form.writer(), content)), { headers });
}

async function* owning(
  stack: DisposableStack,
  ...archive: Parameters<typeof archivePieces>
): ReturnType<typeof archivePieces> {
  using _owned = stack;
  yield* archivePieces(...archive);
}

function* entriesOf(plan: ArchivePlan, note: Note | undefined) {
  yield* plan;
  if (note !== undefined) yield note;
}

/** The last entry of an archive that is not complete: a text that says why. */
function noteOf({ leftOut, topNames }: ArchivePlan): Note | undefined {
  if (leftOut.size === 0) return undefined;
  const lines = leftOut.errors.map(({ message }) => escapeControls(message));
  const text = new TextEncoder().encode(
    ["These are not in the archive:", "", ...lines, ""].join("\n"),
  );
  let name = "left-out.txt";
  for (let n = 2; topNames.has(name); n++) name = `left-out-${n}.txt`;
  return { name, type: "file", bytes: text.length, mtimeMs: Date.now(), mode: 0o644, text };
}
