/**
 * Properties of paths and addresses.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatEndpoint, parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { formatListenUrl, parseListenUrl } from "../../lib/net/listen_url.ts";
import { portabilityFault, storePath } from "../../lib/storage/store_path.ts";
import { named, type NamedProperty, outcome } from "./named_property.ts";

const pathText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(
    fc.constantFrom("a", "..", ".", "", "é", "A:", "con", "a\\b", "\0", ".ftserver", "%2e"),
    {
      maxLength: 7,
    },
  ).map((names) => names.join("/")),
);

const paths = named(
  "storePath refuses a path, or gives one that stays inside and is the same again",
  fc.property(pathText, (text) => {
    const path = outcome(() => storePath(text));
    if (["not_allowed", "limit"].includes(path)) return;
    assertEquals(storePath(path), path);
    const names = path.split("/");
    assert(!path.startsWith("/") && !names.includes("..") && !names.includes(""), path);
    assert(path === "." || !names.includes("."), path);
    portabilityFault(storePath(path));
  }),
);

const urls = named(
  "endpoints and listen URLs are refused as usage, or the same when they are written and read",
  fc.property(
    fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.tuple(
        fc.constantFrom("ft://", "fts://", "ft+line://", "x://", ""),
        fc.constantFrom("h", "127.0.0.1", "[::1]", "a.b", "[", "h h"),
        fc.oneof(fc.nat(70_000).map((n) => `:${n}`), fc.constant("")),
        fc.constantFrom("", "/", "/#", `/#${"ab".repeat(32)}`),
      ).map((parts) => parts.join("")),
    ),
    (text) => {
      const endpoint = outcome(() => parseEndpoint(text));
      if (typeof endpoint === "string") assertEquals(endpoint, "usage");
      else {
        // Neither the pin nor the token, a secret, is written.
        const again = parseEndpoint(formatEndpoint(endpoint));
        const { pin, token } = endpoint;
        assertEquals({ ...again, pin, token }, endpoint);
      }
      const url = outcome(() => parseListenUrl(text));
      if (typeof url === "string") assertEquals(url, "usage");
      else assertEquals(parseListenUrl(formatListenUrl(url)), url);
    },
  ),
);

/** The properties of this file. */
export const ADDRESSES: readonly NamedProperty[] = [paths, urls];
