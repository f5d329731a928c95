import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readLine } from "../../../tools/recording/screen.ts";
import { renderSvg, screenSize } from "../../../tools/recording/svg.ts";

Deno.test({
  name: "readLine parses styles, and ends them at their reset codes",
  permissions: "none",
  fn() {
    assertEquals(readLine("a\x1b[1;91mb\x1b[39mc\x1b[22md\x1b[2;32me\x1b[0mf"), [
      { text: "a", column: 0 },
      { text: "b", column: 1, bold: true, color: 9 },
      { text: "c", column: 2, bold: true },
      { text: "d", column: 3 },
      { text: "e", column: 4, dim: true, color: 2 },
      { text: "f", column: 5 },
    ]);
    assertEquals(readLine("\x1b[1m   \x1b[0m"), []);
  },
});

Deno.test({
  name: "renderSvg shows each frame from its time on, and contains equal lines once",
  permissions: "none",
  fn() {
    const frames = [
      { at: 0, lines: ["$ a"] },
      { at: 5, lines: ["$ a", "<&>"] },
    ];
    const svg = renderSvg([{ title: "one", rows: 3, frames }], 20, "A & B");
    assertStringIncludes(svg, "<title>A &amp; B</title>");
    assertStringIncludes(svg, "&lt;&amp;&gt;");
    assertEquals(svg.match(/>\$ a</g)?.length, 1);
    assertEquals(svg.match(/<use /g)?.length, 3);
    assertStringIncludes(svg, "0.00%{transform:translateY(0px)}");
    assertStringIncludes(svg, "50.00%{transform:translateY(-54px)}");
    assert(!svg.includes("\x1b"));
    const ending = { title: "<page>", picture: new Uint8Array([1, 2, 3]) };
    const longer = renderSvg([{ title: "one", rows: 3, frames }], 20, "A & B", ending);
    assertStringIncludes(longer, 'href="data:image/webp;base64,AQID"');
    assertStringIncludes(longer, ">&lt;page&gt;</text>");
    const [width, height] = screenSize([{ rows: 3 }], 20);
    assertStringIncludes(longer, `<image y="28" width="${width}" height="${height}"`);
    assert(/@keyframes e\{0%\{opacity:0\}[\d.]+%,100%\{opacity:1\}\}/.test(longer));
  },
});

Deno.test({
  name: "renderSvg places panes below each other, on one time line",
  permissions: "none",
  fn() {
    const upper = { title: "<1>", rows: 2, frames: [{ at: 0, lines: ["a"] }] };
    const lower = {
      title: "2",
      rows: 3,
      frames: [{ at: 0, lines: ["b"] }, { at: 15, lines: ["c"] }],
    };
    const svg = renderSvg([upper, lower], 20, "two");
    assertStringIncludes(svg, ">&lt;1&gt;</text>");
    const tops = [...svg.matchAll(/<svg y="(\d+)" width="[\d.]+" height="(\d+)"/g)];
    const [[, first, height], [, second]] = tops as unknown as [string[], string[]];
    assertEquals(first, "0");
    assert(Number(second) > Number(height), "the panes overlap");
    assertStringIncludes(svg, ".f0{animation:f0 20.00s ");
    assertStringIncludes(svg, ".f1{animation:f1 20.00s ");
    assertStringIncludes(svg, "75.00%{transform:translateY(-54px)}");
  },
});

Deno.test({
  name: "renderSvg refuses a pane without frames",
  permissions: "none",
  fn() {
    const empty = { title: "1", rows: 2, frames: [] };
    assertThrows(() => renderSvg([empty], 20, "none"), Error, "without frames");
  },
});
