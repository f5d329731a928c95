/**
 * What must hold for any input: decoders, the dialect classifier, path rules, the rule engine. The
 * tests try each a little, `deno task fuzz` for as long as it is told.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Action, ACTIONS } from "../../lib/auth/permission.ts";
import { isWithin } from "../../lib/base/is_within.ts";
import { Policy, ROLES, type Rule } from "../../lib/auth/policy.ts";
import { FtError } from "../../lib/base/errors.ts";
import { formatEndpoint, parseEndpoint } from "../../lib/client/remote/endpoint.ts";
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
import { nativeCaps } from "../../lib/native/frame_types.ts";
import {
  decodeBlockAck,
  decodeBlockHeader,
  decodeCredit,
  decodeDigestRun,
  decodeJson,
} from "../../lib/native/messages.ts";
import { decodeCompressedPack, decodePack } from "../../lib/native/packs.ts";
import { failureSchema, helloSchema, requestSchema } from "../../lib/native/schemas.ts";
import { formatListenUrl, parseListenUrl } from "../../lib/net/listen_url.ts";
import { portabilityFault, storePath } from "../../lib/storage/store_path.ts";
import { ByteQueue } from "../../lib/wire/byte_queue.ts";
import { encodeFrame, type Frame } from "../../lib/wire/frame.ts";
import { FrameDecoder } from "../../lib/wire/frame_decoder.ts";

/** A property with a name. */
export interface NamedProperty {
  readonly name: string;
  readonly property: fc.IProperty<unknown>;
}

function named(name: string, property: unknown): NamedProperty {
  return { name, property: property as fc.IProperty<unknown> };
}

/** What the work gives, or the code of its refusal; any other error is a defect. */
function outcome<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof FtError && error.code !== "internal") return error.code;
    throw error;
  }
}

const bytes = fc.uint8Array({ maxLength: 300 });
const frameType = fc.constantFrom(
  "HELO",
  "REQU",
  "RPLY",
  "DATA",
  "PACK",
  "ZPAK",
  "xtra",
  "XTRA",
  "\0\0\0\0",
);
const frameBytes = fc.tuple(frameType, bytes).map(([type, payload]) => encodeFrame(type, payload));
/** Frames, some of them damaged. */
const wire = fc.array(fc.oneof({ weight: 4, arbitrary: frameBytes }, bytes), { maxLength: 6 })
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

function decodeAll(pieces: readonly Uint8Array[]): string[] {
  const decoder = new FrameDecoder(nativeCaps);
  const queue = new ByteQueue();
  const seen: string[] = [];
  for (const piece of pieces) {
    queue.push(piece.slice());
    const refused = outcome(() => {
      for (let frame: Frame | null; (frame = decoder.next(queue)) !== null;) {
        seen.push(`${frame.type} ${frame.payload.toHex()}`);
      }
      return "";
    });
    if (refused !== "") return [...seen, refused];
  }
  return seen;
}

const decoders = named(
  "FrameDecoder gives the same frames, or the same refusal, however the bytes are cut",
  fc.property(wire, fc.array(fc.nat(400), { maxLength: 8 }), (all, cuts) => {
    const at = [0, ...cuts.filter((cut) => cut < all.length).sort((a, b) => a - b), all.length];
    const pieces = at.slice(1).map((end, i) => all.subarray(at[i], end));
    assertEquals(decodeAll(pieces), decodeAll([all]));
    assertEquals(decodeAll([...all].map((byte) => Uint8Array.of(byte))), decodeAll([all]));
  }),
);

const messages = named(
  "native messages of any bytes decode or are refused as protocol",
  fc.property(bytes, (payload) => {
    const decode: (() => unknown)[] = [
      () => decodeBlockHeader(payload, 1 << 20),
      () => decodeDigestRun(payload),
      () => decodeBlockAck(payload),
      () => decodeCredit(payload),
      () => decodePack(payload),
      () => decodeCompressedPack(payload),
    ];
    for (const one of decode) {
      const result = outcome(one);
      assert(typeof result !== "string" || result === "protocol", String(result));
    }
  }),
);

const jsonMessages = named(
  "native JSON of any shape fits its schema or is refused as protocol",
  fc.property(
    fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      fc.record({
        op: fc.constantFrom("stat", "read", "stage", "login", "list"),
        path: fc.string(),
      })
        .chain((base) => fc.dictionary(fc.string(), fc.jsonValue()).map((d) => ({ ...d, ...base })))
        .map((value) => JSON.stringify(value)),
    ),
    (text) => {
      const payload = new TextEncoder().encode(text);
      for (const schema of [requestSchema, helloSchema, failureSchema]) {
        const result = outcome(() => decodeJson(schema, payload, "TEST"));
        assert(typeof result !== "string" || result === "protocol", String(result));
      }
    },
  ),
);

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

const classifier = named(
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
        const again = parseEndpoint(formatEndpoint(endpoint));
        assertEquals({ ...again, pin: endpoint.pin }, { ...endpoint, pin: endpoint.pin });
      }
      const url = outcome(() => parseListenUrl(text));
      if (typeof url === "string") assertEquals(url, "usage");
      else assertEquals(parseListenUrl(formatListenUrl(url)), url);
    },
  ),
);

const rulePath = fc.array(fc.constantFrom("a", "b", "A"), { maxLength: 4 })
  .map((names) => names.join("/") || ".");
const rule = fc.record<Rule>({
  id: fc.nat(),
  subject: fc.constantFrom("ana", "bob", "*"),
  effect: fc.constantFrom("allow" as const, "deny" as const),
  actions: fc.subarray([...ACTIONS]),
  path: rulePath,
});

/** The rules as one reads them, without any index. */
function plainReading(
  rules: readonly Rule[],
  byRole: boolean,
  action: Action,
  at: string,
): boolean {
  const about = rules.filter((r) =>
    ["ana", "*"].includes(r.subject) && r.actions.includes(action) &&
    (r.effect === "deny" ? isWithin(r.path.toLowerCase(), at.toLowerCase()) : isWithin(r.path, at))
  );
  const depth = (r: Rule) => r.path === "." ? 0 : r.path.split("/").length;
  const longest = about.filter((r) => about.every((other) => depth(other) <= depth(r)));
  return longest.length === 0 ? byRole : longest.every((r) => r.effect === "allow");
}

const policies = named(
  "Policy decides as the plain reading of its rules does",
  fc.property(
    fc.array(rule, { maxLength: 8 }),
    fc.constantFrom(...ROLES),
    fc.constantFrom(...ACTIONS),
    rulePath,
    (rules, role, action, at) => {
      const byRole = new Policy({ name: "x", role }, []).allows(action, at);
      const ana = new Policy({ name: "ana", role }, rules);
      const expected = role === "admin" || plainReading(rules, byRole, action, at);
      assertEquals(ana.allows(action, at), expected);
      const below = at === "." ? "z" : `${at}/z`;
      if (ana.allowsBelow(action, at)) assert(ana.allows(action, below));
    },
  ),
);

/** Every property. */
export const PROPERTIES: readonly NamedProperty[] = [
  ...[decoders, messages, jsonMessages, classifier, paths, urls, policies],
];
