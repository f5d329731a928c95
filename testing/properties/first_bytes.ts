/**
 * A property of the dialect classifier.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Dialect } from "../../lib/dialects/dialect.ts";
import { framed } from "../../lib/dialects/framed.ts";
import { http } from "../../lib/dialects/http.ts";
import { json } from "../../lib/dialects/json.ts";
import { line } from "../../lib/dialects/line.ts";
import { native } from "../../lib/dialects/native/native.ts";
import { oneshot } from "../../lib/dialects/oneshot.ts";
import { classify } from "../../lib/dialects/select.ts";
import { tlsHello } from "../../lib/dialects/tls_hello.ts";
import { updown } from "../../lib/dialects/updown.ts";
import { named, type NamedProperty } from "./named_property.ts";

const DIALECTS: readonly Dialect[] = [native, line, framed, oneshot, updown, json, http, tlsHello];
const words = ["GET ", "MSGC ", "EXIT", "UPLOAD ", "DOWNLOAD ", "get / HTTP/1.1", "FILE", "HELO"];
const firstBytes = fc.array(
  fc.oneof(
    fc.constantFrom(...words).map((word) => new TextEncoder().encode(word)),
    fc.constantFrom([0, 0, 0, 0], [0x16, 3], [0, 0, 0, 5], [0x7b, 0x22]).map((list) =>
      Uint8Array.from(list)
    ),
    fc.uint8Array({ maxLength: 12 }),
  ),
  { maxLength: 5 },
).map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

/** The classifier decides once. */
export const classifier: NamedProperty = named(
  "classify decides once: what it said of a beginning holds for all that follows",
  fc.property(firstBytes, (all) => {
    let decided: Dialect | undefined;
    let open = true;
    for (let length = 0; length <= all.length; length++) {
      const found = classify(DIALECTS, all.subarray(0, length));
      // An old client's GET looks like the beginning of a browser's for some names.
      const browser = decided === line && found.dialect === http;
      if (decided !== undefined && !browser) assertEquals(found.dialect?.name, decided.name);
      if (!open && decided === undefined) assert(found.dialect === undefined && !found.open);
      decided ??= found.dialect;
      open = found.open;
    }
  }),
);
