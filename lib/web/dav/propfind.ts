/**
 * `PROPFIND`: the properties of a file, or of a folder and what is directly below it.
 *
 * @module
 */

import { batchesOf } from "../../base/batched.ts";
import { notFound } from "../../base/errors.ts";
import type { Answer } from "../door/exchange.ts";
import type { Locate } from "../files/place.ts";
import { depthOf } from "./depth.ts";
import { hrefOf } from "./href.ts";
import type { Subject } from "./live_properties.ts";
import { davError, multistatus } from "./multistatus.ts";
import { type Describe, describedBy } from "./property_answer.ts";
import { questionOf } from "./propfind_request.ts";
import { xmlBody } from "./xml/xml_body.ts";

/** Answers `PROPFIND`. */
export function propfindAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const { headers, body, signal } = exchange;
    const depth = depthOf(headers, ["0", "1", "infinity"]);
    const question = questionOf(await xmlBody(body));
    const place = await locate(exchange);
    const info = await place.files.stat(place.path, { signal });
    if (place.folder && info.type === "file") throw notFound(place.path);
    if (depth === "infinity" && info.type === "dir") return davError(403, "propfind-finite-depth");
    const subject = { info, place, signal, dead: place.properties.of(info.path) };
    const responses = described(subject, describedBy(question), depth === "1");
    return await multistatus(responses, { "content-location": hrefOf(place, info) });
  };
}

/** Describes a file or folder and, if `below`, what is directly below it. */
async function* described(
  subject: Subject,
  describe: Describe,
  below: boolean,
): AsyncGenerator<string> {
  const { info, place, signal } = subject;
  yield await describe(subject);
  if (!below || info.type === "file") return;
  for await (const batch of batchesOf(place.files.list(info.path, { roots: true, signal }))) {
    const dead = place.properties.ofMany(info.path, batch.map(({ path }) => path));
    let text = "";
    for (const info of batch) {
      const response = describe({ info, place, signal, dead: dead.get(info.path) ?? [] });
      // Awaiting each of many texts that are there already takes longer than making them.
      text += typeof response === "string" ? response : await response;
    }
    yield text;
  }
}
