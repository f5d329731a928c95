/**
 * WebDAV in tests.
 *
 * @module
 */

import { childrenOf, davChild, textOf } from "../lib/web/dav/xml/element.ts";
import { parseXml } from "../lib/web/dav/xml/parse_xml.ts";
import type { WebServer } from "./web_server.ts";

/** The status and the properties of each resource in an answer, by its path. */
export type Described = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Sends a request with XML in its body. */
export function davRequest(
  server: Pick<WebServer, "fetch">,
  method: string,
  path: string,
  { headers = {}, body }: { readonly headers?: HeadersInit; readonly body?: BodyInit } = {},
): Promise<Response> {
  return server.fetch(path, { method, headers, body });
}

/**
 * Reads a multistatus answer. A property is `STATUS TEXT` below its name; the status of a resource
 * as a whole has the name `""`.
 */
export async function described(response: Response): Promise<Described> {
  const text = await response.text();
  if (response.status !== 207) throw new Error(`${response.status} ${text}`);
  const all: Record<string, Record<string, string>> = {};
  for (const resource of childrenOf(parseXml(text))) {
    const found: Record<string, string> = {};
    const code = (of: typeof resource) => textOf(davChild(of, "status")!).split(" ")[1];
    for (const part of childrenOf(resource)) {
      if (part.name === "status") found[""] = code(resource)!;
      if (part.name !== "propstat") continue;
      for (const property of childrenOf(davChild(part, "prop")!)) {
        const inner = childrenOf(property).map(({ name }) => `<${name}>`).join("");
        found[property.name] = `${code(part)} ${inner}${textOf(property)}`.trim();
      }
    }
    all[textOf(davChild(resource, "href")!)] = found;
  }
  return all;
}
