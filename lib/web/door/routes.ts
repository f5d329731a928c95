/**
 * Finds the answer to a request.
 *
 * @module
 */

import { HttpError } from "../http/http_error.ts";
import type { Answer, Exchange, Route } from "./exchange.ts";

/**
 * Answers a request by the first route that has its path.
 *
 * @throws {HttpError} 404 without a route, 405 for a method that it does not have.
 */
export async function answerBy(routes: readonly Route[], exchange: Exchange): Promise<Response> {
  const { method, path } = exchange;
  if (path === "*") return optionsOf({ path, methods: {} });
  const route = routes.find((route) => isBelow(path, route.path));
  if (route === undefined) throw new HttpError(404, `not found: ${path}`, { name: path });
  const answer = answerFor(route, method);
  if (answer !== undefined) return await answer(exchange);
  if (method === "OPTIONS") return optionsOf(route);
  throw new HttpError(405, `${method} is not possible here`, { headers: { allow: allow(route) } });
}

function isBelow(path: string, of: string): boolean {
  return path === of || (of.length > 1 && of.endsWith("/") && path.startsWith(of));
}

function answerFor({ methods }: Route, method: string): Answer | undefined {
  if (Object.hasOwn(methods, method)) return methods[method];
  return method === "HEAD" ? methods.GET : undefined;
}

/** The methods of a route, as the `Allow` field lists them. */
function allow({ methods }: Route): string {
  const names = Object.keys(methods);
  if (names.includes("GET")) names.push("HEAD");
  return [...new Set([...names, "OPTIONS"])].sort().join(", ");
}

function optionsOf(route: Route): Response {
  return new Response(null, { status: 204, headers: { allow: allow(route), ...route.options } });
}
