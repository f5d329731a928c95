/**
 * `PROPFIND` of `/`. Windows and gvfs look at the folders above the one they are given.
 *
 * @module
 */

import type { Answer } from "../door/exchange.ts";
import { locateFile } from "../files/locate.ts";
import { depthOf } from "./depth.ts";
import type { Subject } from "./live_properties.ts";
import { davError, multistatus } from "./multistatus.ts";
import { describedBy } from "./property_answer.ts";
import { questionOf } from "./propfind_request.ts";
import { xmlBody } from "./xml/xml_body.ts";

/** Answers that the site has one folder, that of its files. */
export const siteRootAnswer: Answer = async (exchange) => {
  const { headers, body, signal } = exchange;
  const depth = depthOf(headers, ["0", "1", "infinity"]);
  const describe = describedBy(questionOf(await xmlBody(body)));
  if (depth === "infinity") return davError(403, "propfind-finite-depth");
  const place = await locateFile({ ...exchange, path: "/files/" });
  const info = await place.files.stat(".", { signal });
  const subject: Subject = { info, place, signal, dead: place.properties.of(".") };
  const responses = async function* () {
    yield await describe({ ...subject, place: { ...place, base: "/" } });
    if (depth === "1") yield await describe({ ...subject, name: "files" });
  };
  return await multistatus(responses());
};
