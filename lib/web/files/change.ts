/**
 * `DELETE` and `MKCOL`.
 *
 * @module
 */

import { notFound } from "../../base/errors.ts";
import { partsAsAnswer } from "../dav/parts_answer.ts";
import type { Answer } from "../door/exchange.ts";
import { requireConditions } from "../http/conditions.ts";
import { HttpError } from "../http/http_error.ts";
import { requireParent } from "./parent.ts";
import { type Locate, lookUp } from "./place.ts";
import { withComparedRoot } from "./version_root.ts";

/** Answers `DELETE`: a file, or a folder with everything below it (RFC 4918, 9.6.1). */
export function deleteAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const { headers, signal } = exchange;
    const place = await locate(exchange);
    const { files, path, folder } = place;
    const info = await lookUp(files, path, { signal });
    requireConditions(headers, info && await withComparedRoot(exchange, place, info));
    if (info === null || (folder && info.type === "file")) throw notFound(path);
    return await partsAsAnswer(place, async () => {
      await files.remove(path, { recursive: info.type === "dir", signal });
      return new Response(null, { status: 204 });
    });
  };
}

/** Answers `MKCOL`: creates a folder (RFC 4918, 9.3). */
export function mkcolAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const { body, signal } = exchange;
    if (!body.ended) throw new HttpError(415, "MKCOL takes no body");
    const place = await locate(exchange);
    if (await lookUp(place.files, place.path, { signal }) !== null) {
      throw new HttpError(405, `already exists: ${place.path}`, { code: "conflict" });
    }
    await requireParent(place, signal);
    await place.files.mkdir(place.path, { signal });
    return new Response(null, { status: 201 });
  };
}
