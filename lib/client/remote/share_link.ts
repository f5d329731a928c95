/**
 * Links that another person can type: `fts://HOST[:PORT]/PATH[#PIN[.TOKEN]]`.
 *
 * @module
 */

import { type Endpoint, formatEndpoint } from "./endpoint.ts";

/** A name on a server, and what its link carries. */
export interface LinkedName {
  readonly endpoint: Pick<Endpoint, "scheme" | "hostname" | "port">;
  /** The path below the served root; `"."` is the root. */
  readonly path: string;
  /** Whether it is a folder, whose link ends with a slash. */
  readonly folder: boolean;
  readonly pin?: string | undefined;
  readonly token?: string | undefined;
}

/**
 * Formats a link that needs no quotes in a shell.
 *
 * @example
 * ```ts
 * import { shareLink } from "./share_link.ts";
 *
 * const endpoint = { scheme: "fts", hostname: "host", port: 9998 } as const;
 * const link = shareLink({ endpoint, path: "a b.txt", folder: false, token: "secret" });
 * if (link !== "fts://host:9998/a%20b.txt#.secret") throw new Error();
 * ```
 */
export function shareLink({ endpoint, path, folder, pin, token }: LinkedName): string {
  const names = path === "." ? [] : path.split("/").map(encoded);
  const place = `${formatEndpoint(endpoint)}/${names.join("/")}`;
  const slash = folder && names.length > 0 ? "/" : "";
  const fragment = `${pin ?? ""}${token === undefined ? "" : `.${token}`}`;
  return `${place}${slash}${fragment === "" ? "" : `#${fragment}`}`;
}

/** Encodes also what `encodeURIComponent` leaves although a shell gives it a meaning. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(
    /[!'()*~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
