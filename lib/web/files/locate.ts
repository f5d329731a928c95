/**
 * Finds the subject of a request, and judges its `If` field.
 *
 * @module
 */

import type { Login } from "../../dialects/dialect.ts";
import { requireIf } from "../dav/lock/if_conditions.ts";
import { parseIf, tokensIn } from "../dav/lock/if_header.ts";
import type { Exchange } from "../door/exchange.ts";
import { sessionFacts } from "../login/session_facts.ts";
import { baseOf, type Locate, sharedToken, type UserPlace } from "./place.ts";
import { decodePath } from "./web_path.ts";

/** Finds the place of a request to `/files/…`. */
export const locateFile: Locate = async (exchange) =>
  await placed(exchange, await exchange.login());

/** Finds the place of a share link, `/s/TOKEN/…`. */
export const locateShared: Locate = async (exchange) => {
  const token = sharedToken(exchange.path) ?? "";
  return await placed(exchange, await exchange.login({ kind: "token", token }));
};

/** @throws {HttpError} 400 for an invalid `If` field, 412 for one that does not hold. */
async function placed(
  exchange: Exchange,
  login: Login,
): Promise<UserPlace> {
  const { files, properties, locks, canRead } = login;
  const base = baseOf(exchange.path);
  const path = decodePath(exchange.path.slice(base.length));
  const session = () => sessionFacts(login, exchange.visit, path.path);
  const at = { ...path, base, locks, canRead, session };
  const field = exchange.headers.get("if");
  if (field === null) return { ...at, files, properties, tokens: [] };
  const lists = parseIf(field);
  const tokens = tokensIn(lists);
  const place = { ...at, ...locks.with(tokens), tokens };
  await requireIf(lists, exchange, place);
  return place;
}
