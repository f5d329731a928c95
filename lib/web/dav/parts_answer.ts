/**
 * Changes of folders of which a part failed.
 *
 * @module
 */

import { hasCode } from "../../base/errors.ts";
import type { Place } from "../files/place.ts";
import { statusOf } from "../http/problem.ts";
import { hrefOf } from "./href.ts";
import { multistatus, statusOfResource } from "./multistatus.ts";

/**
 * Makes a change. If a part of it fails, the answer names each part with its status.
 *
 * @throws Other errors of the change.
 */
export async function partsAsAnswer(
  place: Pick<Place, "base">,
  change: () => Promise<Response>,
): Promise<Response> {
  try {
    return await change();
  } catch (error) {
    if (!hasCode(error, "partial") || error.parts.length === 0) throw error;
    const { parts, subject = "." } = error;
    return await multistatus(async function* () {
      for (const part of parts) {
        const href = hrefOf(place, { path: part.subject ?? subject, type: "file" });
        yield statusOfResource(href, statusOf(part), part.message);
      }
    }());
  }
}
