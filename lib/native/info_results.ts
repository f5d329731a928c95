/**
 * The results for single files of a request about many.
 *
 * @module
 */

import * as v from "valibot";
import { MAX_PATH_BYTES } from "../base/limits.ts";
import { asFtError } from "../base/os_errors.ts";
import type { BatchResult, FileInfo } from "../service/files.ts";
import { decodeFailure, encodeFailure, failureSchema, fileInfoSchema } from "./schemas.ts";

const path = v.pipe(v.string(), v.maxLength(MAX_PATH_BYTES));

/** The result for one file of a `statMany` or a `writeMany`. */
export const infoResultSchema = v.union([
  v.object({ path, info: fileInfoSchema }),
  v.object({ path, error: failureSchema }),
]);

/** Encodes the result for one file. */
export function encodeInfoResult(result: BatchResult<FileInfo>): unknown {
  if ("value" in result) return { path: result.path, info: result.value };
  return { path: result.path, error: encodeFailure(asFtError(result.error)) };
}

/** Decodes the result for one file. */
export function decodeInfoResult(
  item: v.InferOutput<typeof infoResultSchema>,
): BatchResult<FileInfo> {
  if ("error" in item) return { path: item.path, error: decodeFailure(item.error) };
  return { path: item.path, value: item.info };
}
