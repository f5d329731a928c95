/**
 * The routes of resumable uploads (tus 1.0).
 *
 * @module
 */

import type { Answer, Route } from "../door/exchange.ts";
import { HttpError } from "../http/http_error.ts";
import { deleteAnswer, headAnswer, patchAnswer } from "./change_upload.ts";
import { createAnswer } from "./create_upload.ts";
import { TUS_OPTIONS, UPLOADS_PATH, withTus } from "./protocol.ts";
import type { Uploads } from "./uploads.ts";

/** Returns the routes of uploads. */
export function uploadsRoutes(uploads: Uploads): readonly Route[] {
  const onUpload: Readonly<Record<string, Answer>> = {
    HEAD: headAnswer(uploads),
    PATCH: patchAnswer(uploads),
    DELETE: deleteAnswer(uploads),
  };
  const create = createAnswer(uploads);
  const post: Answer = (exchange) => {
    if (exchange.path === UPLOADS_PATH) return create(exchange);
    // For programs that can send no other methods.
    const method = exchange.headers.get("x-http-method-override") ?? "";
    const answer = Object.hasOwn(onUpload, method) ? onUpload[method] : undefined;
    if (answer !== undefined) return answer(exchange);
    throw new HttpError(405, "uploads are created at /uploads/");
  };
  const all = Object.entries({ ...onUpload, POST: post });
  const methods = Object.fromEntries(all.map(([method, answer]) => [method, withTus(answer)]));
  return [{ path: UPLOADS_PATH, methods, options: TUS_OPTIONS }];
}
