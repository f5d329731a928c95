import { assert, assertEquals, assertThrows } from "@std/assert";
import { MAX_IF_CONDITIONS } from "../../../../lib/base/limits.ts";
import { type IfList, parseIf, tokensIn } from "../../../../lib/web/dav/lock/if_header.ts";
import { HttpError } from "../../../../lib/web/http/http_error.ts";
import { pure } from "../../../../testing/pure.ts";

function refused(field: string): void {
  const error = assertThrows(() => parseIf(field), HttpError);
  assertEquals(error.status, 400, field);
}

pure("parseIf reads the examples of RFC 4918", () => {
  const [a, b] = ["urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2", "urn:uuid:58f202ac"];
  const token = (value: string, not = false) => ({ not, kind: "token" as const, value });
  const tag = (value: string, not = false) => ({ not, kind: "tag" as const, value });
  const cases: Record<string, readonly IfList[]> = {
    [`(<${a}>\r\n["I am an ETag"])\r\n(["I am another ETag"])`.replaceAll("\r\n", " ")]: [
      { conditions: [token(a), tag('"I am an ETag"')] },
      { conditions: [tag('"I am another ETag"')] },
    ],
    [`(Not <${a}> <${b}>)`]: [{ conditions: [token(a, true), token(b)] }],
    [`(<${a}>) (Not <DAV:no-lock>)`]: [
      { conditions: [token(a)] },
      { conditions: [token("DAV:no-lock", true)] },
    ],
    [`</resource1> (<${a}> [W/"A weak ETag"]) (["strong ETag"])`]: [
      { resource: "/resource1", conditions: [token(a), tag('W/"A weak ETag"')] },
      { resource: "/resource1", conditions: [tag('"strong ETag"')] },
    ],
    [`<http://www.example.com/specs/> (<${a}>)`]: [
      { resource: "http://www.example.com/specs/", conditions: [token(a)] },
    ],
    '</specs/rfc2518.doc> (["4217"]) </b> (not ["x"])': [
      { resource: "/specs/rfc2518.doc", conditions: [tag('"4217"')] },
      { resource: "/b", conditions: [tag('"x"', true)] },
    ],
    '<http://[::1]:80/a> (Not["4217"]Not<a:b>)': [
      { resource: "http://[::1]:80/a", conditions: [tag('"4217"', true), token("a:b", true)] },
    ],
  };
  for (const [field, lists] of Object.entries(cases)) assertEquals(parseIf(field), lists, field);
  assertEquals(tokensIn(parseIf(`(<${a}> ["x"]) (Not <${b}>)`)), [a, b]);
});

pure("parseIf refuses everything else", () => {
  const fields = [
    ...["", " ", "()", "(", ")", "x", "<a:b>", "</a>", "(<a:b>", "<a:b>)", "(<a:b>) x", "(a:b)"],
    ...[
      "(<>)",
      "(<no scheme>)",
      "(</path>)",
      "([x])",
      '(["x)',
      '(["x" ])',
      "(Not)",
      "(Not Not <a:b>)",
    ],
    ...["(<a:b>),(<a:b>)", "(<a:b>) </r> (<a:b>)", "</r> </s> (<a:b>)", "<relative> (<a:b>)"],
    ...["(<a:b c>)", "(<a:<b>)", '(<a:b> "x")', "(Nots<a:b>)", "((<a:b>))", "(<a:b>)\x7f"],
  ];
  for (const field of fields) refused(field);
});

pure("parseIf bounds the conditions of a field", () => {
  const field = (count: number) => `(${"<a:b>".repeat(count)})`;
  assertEquals(parseIf(field(MAX_IF_CONDITIONS))[0]!.conditions.length, MAX_IF_CONDITIONS);
  refused(field(MAX_IF_CONDITIONS + 1));
  refused("(<a:b>)".repeat(MAX_IF_CONDITIONS + 1));
});

pure("parseIf takes time in proportion to a field, however it is made", () => {
  const size = 1 << 20;
  const startedMs = performance.now();
  const pieces = [
    "(",
    "<",
    "<a:",
    "(Not ",
    "(<a:b",
    '(["',
    "</a>",
    "(<a:b> ",
    "(<a:b>)",
    "\t\t\t(",
  ];
  for (const piece of pieces) {
    const long = piece.repeat(size / piece.length);
    for (const start of ["", "(<a:b>)", "(<a:b>"]) refused(`${start}${long}`);
  }
  for (const start of ["(", "(<a:b>", "(Not", "(<a:b> Not", "</a>"]) {
    refused(`${start}${" ".repeat(size)}`);
  }
  assert(performance.now() - startedMs < 5000);
});
