/**
 * `PROPPATCH`: changes properties, all or none (RFC 4918, 9.2).
 *
 * @module
 */

import { notFound } from "../../base/errors.ts";
import { MAX_PROPERTY_CHARS } from "../../base/limits.ts";
import { asFtError } from "../../base/os_errors.ts";
import type { FileInfo } from "../../service/files.ts";
import type { Answer } from "../door/exchange.ts";
import type { Locate, UserPlace } from "../files/place.ts";
import { withComparedRoot } from "../files/version_root.ts";
import { requireConditions } from "../http/conditions.ts";
import { statusOf } from "../http/problem.ts";
import { hrefOf } from "./href.ts";
import { livePropertyOf } from "./live_properties.ts";
import { multistatus, propertiesOf, type PropStat, SCOPE } from "./multistatus.ts";
import { type PropertyUpdate, updatesOf } from "./proppatch_request.ts";
import { isTimeOf, setTime, timeIn } from "./settable_times.ts";
import { writeXml } from "./xml/write_xml.ts";
import { xmlBody } from "./xml/xml_body.ts";

/** A failed change. */
interface Fault {
  readonly status: number;
  /** The precondition that does not hold. */
  readonly error?: string;
}

/** Answers `PROPPATCH`. */
export function proppatchAnswer(locate: Locate): Answer {
  return async (exchange) => {
    const { body, headers, signal } = exchange;
    const updates = updatesOf(await xmlBody(body));
    const place = await locate(exchange);
    const info = await place.files.stat(place.path, { signal });
    if (place.folder && info.type === "file") throw notFound(place.path);
    requireConditions(headers, await withComparedRoot(exchange, place, info));
    const faults = updates.map((update) => faultOf(info, update));
    const refused = faults.some((fault) => fault !== undefined);
    const failure = refused ? undefined : await change(place, info, updates, signal);
    const stats = statsOf(updates, failure === undefined ? faults : faults.map(() => failure));
    return await multistatus(ReadableStream.from([propertiesOf(hrefOf(place, info), stats)]));
  };
}

function faultOf(info: FileInfo, { property, remove }: PropertyUpdate): Fault | undefined {
  if (isTimeOf(info, property)) {
    if (remove) return { status: 403, error: "cannot-modify-protected-property" };
    return timeIn(property) === undefined ? { status: 409 } : undefined;
  }
  if (livePropertyOf(property) !== undefined) {
    return { status: 403, error: "cannot-modify-protected-property" };
  }
  return !remove && writeXml(property).length > MAX_PROPERTY_CHARS ? { status: 507 } : undefined;
}

/**
 * Makes the changes.
 *
 * @returns Why none was made, if it is no reason to refuse the whole request.
 * @throws `not_allowed`, and `conflict` for a lock.
 */
async function change(
  place: UserPlace,
  info: FileInfo,
  updates: readonly PropertyUpdate[],
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const times = updates.filter(({ property }) => isTimeOf(info, property));
  const dead = updates.filter((update) => !times.includes(update));
  const mtimeMs = times.length === 0 ? undefined : timeIn(times.at(-1)!.property);
  if (mtimeMs !== undefined) await setTime(place, info, mtimeMs, signal);
  if (dead.length === 0) return undefined;
  try {
    await place.properties.change(
      info.path,
      dead.map(({ property, remove }) => ({
        namespace: property.namespace,
        name: property.name,
        value: remove ? undefined : writeXml(property),
      })),
      { signal },
    );
    return undefined;
  } catch (error) {
    const status = statusOf(asFtError(error));
    if (mtimeMs !== undefined) {
      const now = await place.files.stat(info.path, { signal });
      await setTime(place, now, info.mtimeMs, signal);
    }
    if (status !== 507) throw error;
    return { status };
  }
}

/** One failure makes all others fail with it. */
function statsOf(
  updates: readonly PropertyUpdate[],
  faults: readonly (Fault | undefined)[],
): readonly PropStat[] {
  const failed = faults.some((fault) => fault !== undefined);
  return updates.map(({ property }, i) => {
    const { status, error } = faults[i] ?? { status: failed ? 424 : 200 };
    const empty = writeXml({ ...property, attributes: [], content: [] }, SCOPE);
    return { status, error, properties: [empty] };
  });
}
