/**
 * Properties of the parser of `If` fields.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type IfList, parseIf } from "../../lib/web/dav/lock/if_header.ts";
import { HttpError } from "../../lib/web/http/http_error.ts";
import { named, type NamedProperty } from "./named_property.ts";

const URL_PART = fc.stringMatching(/^[\w.~!$&'()*+,;=:@%/-]{1,30}$/);
const CONDITION = fc.record({
  not: fc.boolean(),
  token: fc.boolean(),
  text: URL_PART,
  weak: fc.boolean(),
}).map(({ not, token, text, weak }) => ({
  not,
  kind: token ? "token" as const : "tag" as const,
  value: token ? `a+b:${text}` : `${weak ? "W/" : ""}"${text}"`,
}));
const CONDITIONS = fc.array(CONDITION, { minLength: 1, maxLength: 4 });
const UNTAGGED = fc.array(fc.record({ conditions: CONDITIONS }), { minLength: 1, maxLength: 5 });
const TAGGED = fc.array(
  fc.record({ resource: URL_PART.map((part) => `/${part}`), conditions: CONDITIONS }),
  { minLength: 1, maxLength: 5 },
);
/** Optional space, each time another one. */
const SPACES = fc.infiniteStream(fc.constantFrom("", " ", "\t", "  "));

function format(lists: readonly IfList[], spaces: Iterator<string>): string {
  const space = () => spaces.next().value as string;
  return lists.map(({ resource, conditions }, i) => {
    // A list belongs to the resource that was named last.
    const isNamed = resource !== undefined && resource !== lists[i - 1]?.resource;
    const all = conditions.map(({ not, kind, value }) => {
      const text = kind === "token" ? `<${value}>` : `[${value}]`;
      return `${space()}${not ? "Not" : ""}${space()}${text}`;
    });
    return `${space()}${isNamed ? `<${resource}>` : ""}${space()}(${all.join("")}${space()})`;
  }).join("");
}

const PIECES = fc.constantFrom(
  ...["(", ")", "<", ">", "[", "]", '"', "Not", " ", "a:b", "/", "W/", "é"],
);
const TEXTS = fc.oneof(fc.string(), fc.array(PIECES).map((all) => all.join("")));

/** The parser reads the whole grammar, and refuses the rest. */
export const IF_FIELDS: readonly NamedProperty[] = [
  named(
    "parseIf reads what the grammar generates, with any space",
    fc.property(fc.oneof(UNTAGGED, TAGGED), SPACES, (lists, spaces) => {
      assertEquals(parseIf(format(lists, spaces)), lists);
    }),
  ),
  named(
    "parseIf answers to any text with lists or 400",
    fc.property(TEXTS, (field) => {
      try {
        assert(parseIf(field).length > 0);
      } catch (error) {
        assert(error instanceof HttpError && error.status === 400, String(error));
      }
    }),
  ),
];
