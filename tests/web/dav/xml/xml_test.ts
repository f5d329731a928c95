import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { MAX_XML_DEPTH, MAX_XML_NODES } from "../../../../lib/base/limits.ts";
import {
  childrenOf,
  dav,
  davChild,
  isDav,
  textOf,
  type XmlElement,
} from "../../../../lib/web/dav/xml/element.ts";
import { parseXml } from "../../../../lib/web/dav/xml/parse_xml.ts";
import { escapeXml, writeXml } from "../../../../lib/web/dav/xml/write_xml.ts";
import { decodeXml } from "../../../../lib/web/dav/xml/xml_body.ts";
import { HttpError } from "../../../../lib/web/http/http_error.ts";

const pure = { permissions: "none" } as const;

function refusal(text: string): number {
  return (assertThrows(() => parseXml(text), HttpError) as HttpError).status;
}

Deno.test("parseXml resolves namespaces and keeps text, attributes and order", pure, () => {
  const root = parseXml(
    `<?xml version="1.0" encoding="utf-8"?><!-- a --><D:propfind xmlns:D="DAV:" xmlns="x:">` +
      `<a b="1" D:c="&lt;2&#62;"> t <![CDATA[<u>]]><D:e/> v</a></D:propfind>`,
  );
  assertEquals(isDav(root, "propfind"), true);
  const [a] = childrenOf(root);
  assertEquals([a!.namespace, a!.name, textOf(a!)], ["x:", "a", "t <u> v"]);
  assertEquals(
    a!.attributes.map(({ namespace, name, value }) => [namespace, name, value]),
    [["", "b", "1"], ["DAV:", "c", "<2>"]],
  );
  assertEquals(davChild(a!, "e")?.content, []);
  assertEquals(davChild(a!, "f"), undefined);
});

Deno.test("parseXml refuses what is not well-formed", pure, () => {
  const texts: Record<string, string> = {
    "nothing": "  ",
    "an open element": "<a><b></b>",
    "elements that overlap": "<a><b></a></b>",
    "two roots": "<a/><b/>",
    "text around the root": "<a/>x",
    "an attribute twice": `<a b="1" b="2"/>`,
    "an attribute twice in a namespace": `<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>`,
    "an attribute without quotes": "<a b=1/>",
    "a prefix without declaration": "<x:a/>",
    "a prefix without namespace": `<a><b:c xmlns:b=""/></a>`,
    "a reserved prefix": `<a xmlns:xml="u"/>`,
    "an invalid character": "<a>\u0001</a>",
    "a reference to an invalid character": "<a>&#1;</a>",
    "an unknown entity": "<a>&b;</a>",
  };
  for (const [what, text] of Object.entries(texts)) assertEquals(refusal(text), 400, what);
});

Deno.test("xml-entities: parseXml refuses every document type", pure, () => {
  const bomb = `<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>`;
  const external = `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`;
  for (const text of [bomb, external, `<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>`]) {
    assertEquals(refusal(text), 400);
  }
});

Deno.test("parseXml limits depth and number of nodes", pure, () => {
  const nested = (depth: number) => "<a>".repeat(depth) + "</a>".repeat(depth);
  parseXml(nested(MAX_XML_DEPTH));
  assertEquals(refusal(nested(MAX_XML_DEPTH + 1)), 413);
  const flat = (nodes: number) => `<a>${"<b/>".repeat(nodes - 1)}</a>`;
  parseXml(flat(MAX_XML_NODES));
  assertEquals(refusal(flat(MAX_XML_NODES + 1)), 413);
  const attributes = Array.from({ length: MAX_XML_NODES }, (_, i) => `b${i}=""`).join(" ");
  assertEquals(refusal(`<a ${attributes}/>`), 413);
  const texts = "t<!---->".repeat(MAX_XML_NODES);
  assertEquals(refusal(`<a>${texts}</a>`), 413);
});

Deno.test("parseXml: 10 MB of nesting are refused at the limit, not at the end", pure, () => {
  const began = performance.now();
  assertEquals(refusal("<a>".repeat(3_500_000)), 413);
  assertEquals(performance.now() - began < 1000, true);
});

Deno.test(
  "decodeXml reads UTF-8 and UTF-16 with their marks, and refuses other bytes",
  pure,
  () => {
    const utf16 = (text: string, little: boolean) => {
      const view = new DataView(new ArrayBuffer(text.length * 2));
      [...text].forEach((c, i) => view.setUint16(i * 2, c.charCodeAt(0), little));
      return new Uint8Array(view.buffer);
    };
    assertEquals(decodeXml(new TextEncoder().encode("\ufeff<ä/>")), "<ä/>");
    for (const little of [true, false]) {
      assertEquals(
        decodeXml(utf16("\ufeff<ä/>", little)),
        "<ä/>",
      );
    }
    assertThrows(() => decodeXml(new Uint8Array([0x3c, 0xe4, 0x2f, 0x3e])), HttpError);
  },
);

Deno.test("writeXml declares each prefix where its meaning changes", pure, () => {
  const text = `<a:b xmlns:a="u"><c xmlns="v" d="1" a:e="2"><f xmlns=""/></c>` +
    `<a:g xmlns:a="w"/><a:h/></a:b>`;
  assertEquals(writeXml(parseXml(text)), text);
  const scope = new Map([["", ""], ["D", "DAV:"]]);
  assertEquals(
    writeXml(dav("prop", dav("a", "b&c")), scope),
    "<D:prop><D:a>b&amp;c</D:a></D:prop>",
  );
});

Deno.test("escapeXml replaces what XML cannot contain", pure, () => {
  assertEquals(
    escapeXml(`&<>"\r\n\t\x01\ud800\uffff`),
    "&amp;&lt;&gt;&quot;&#13;\n\t\ufffd\ufffd\ufffd",
  );
});

Deno.test("writeXml: what was written is read again", pure, () => {
  const names = fc.constantFrom("a", "b", "ä");
  const prefixed = fc.constantFrom(
    { prefix: "", namespace: "" },
    { prefix: "", namespace: 'u&"<' },
    { prefix: "p", namespace: "v" },
    { prefix: "p", namespace: "w\tw" },
  );
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 8 }).filter((t) =>
    escapeXml(t).replaceAll("&#13;", "") === escapeXml(t.replaceAll("\r", "")) &&
    !t.includes("\ufffd") &&
    !escapeXml(t).includes("\ufffd")
  );
  const attributes = fc.uniqueArray(
    fc.record({ at: fc.constant({ prefix: "", namespace: "" }), name: names, value: text }),
    { selector: ({ name }) => name },
  ).map((all) => all.map(({ at, name, value }) => ({ ...at, name, value })));
  const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
    element: fc.record({
      at: prefixed,
      name: names,
      attributes,
      text,
      child: fc.option(tie("element"), { maxDepth: 3 }),
    })
      .map(({ at, name, attributes, text, child }): XmlElement => ({
        ...at,
        name,
        attributes,
        content: child === null ? [text] : [text, child, text],
      })),
  }));
  fc.assert(
    fc.property(element, (element) => {
      assertEquals(parseXml(writeXml(element)), element);
    }),
    { numRuns: 100 },
  );
});
