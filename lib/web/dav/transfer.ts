/**
 * `COPY` and `MOVE` (RFC 4918, 9.8 and 9.9).
 *
 * @module
 */

import type { Answer } from "../door/exchange.ts";
import type { Locate } from "../files/place.ts";
import { copyFile } from "./copy_file.ts";
import { copyFolder, copyTree } from "./copy_tree.ts";
import { depthOf } from "./depth.ts";
import { partsAsAnswer } from "./parts_answer.ts";
import { clearTarget, planTransfer, type TransferPlan } from "./transfer_plan.ts";

/** Answers `COPY`. With depth 0 a folder is copied without what is in it. */
export function copyAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const { headers, signal } = exchange;
    const depth = depthOf(headers, ["0", "infinity"]);
    const place = await locate(exchange);
    const plan = await planTransfer(exchange, place);
    const { source, to } = plan;
    return await partsAsAnswer(place, async () => {
      const replace = await clearTarget(plan, place, signal);
      if (source.type === "file") await copyFile(place, source, to, { replace, signal });
      else if (depth === "infinity") await copyTree(place, source, to, signal);
      else await copyFolder(place, source, to, signal);
      return done(plan);
    });
  };
}

/** Answers `MOVE`. */
export function moveAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const { headers, signal } = exchange;
    const place = await locate(exchange);
    const plan = await planTransfer(exchange, place);
    const { source, to } = plan;
    // A folder cannot be moved without what is in it (RFC 4918, 9.9.2).
    if (source.type === "dir") depthOf(headers, ["infinity"]);
    return await partsAsAnswer(place, async () => {
      const replace = await clearTarget(plan, place, signal);
      await place.files.move(source.path, to, { replace, signal });
      return done(plan);
    });
  };
}

function done({ replaced }: TransferPlan): Response {
  return new Response(null, { status: replaced === null ? 201 : 204 });
}
