/**
 * `POST` of a form to a folder: a selection that is too long for a URL, as an archive.
 *
 * @module
 */

import { MAX_SELECTION_BYTES } from "../../base/limits.ts";
import type { Answer } from "../door/exchange.ts";
import type { Locate } from "../files/place.ts";
import { readForm } from "../http/form.ts";
import { HttpError } from "../http/http_error.ts";
import { answerArchive } from "./archive_answer.ts";

/** Answers `POST` with the fields of {@linkcode answerArchive}. */
export function archiveFormAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const place = await locate(exchange);
    const { type } = await place.files.stat(place.path, { signal: exchange.signal });
    if (type !== "dir") throw new HttpError(405, `it is not a folder: ${place.path}`);
    return await answerArchive(exchange, place, await readForm(exchange, MAX_SELECTION_BYTES));
  };
}
