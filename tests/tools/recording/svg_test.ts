import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readLine } from "../../../tools/recording/screen.ts";
import { renderSvg } from "../../../tools/recording/svg.ts";

const SIZE = { columns: 20, rows: 3 };

Deno.test({
  name: "readLine reads styles, and ends them where they end",
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
  name: "renderSvg shows each frame from its moment on, and has equal lines once",
  permissions: "none",
  fn() {
    const frames = [
      { at: 0, lines: ["$ a"] },
      { at: 5, lines: ["$ a", "<&>"] },
    ];
    const svg = renderSvg(frames, SIZE, "A & B");
    assertStringIncludes(svg, "<title>A &amp; B</title>");
    assertStringIncludes(svg, "&lt;&amp;&gt;");
    assertEquals(svg.match(/>\$ a</g)?.length, 1);
    assertEquals(svg.match(/<use /g)?.length, 3);
    assertStringIncludes(svg, "0.00%{transform:translateY(0px)}");
    assertStringIncludes(svg, "50.00%{transform:translateY(-54px)}");
    assert(!svg.includes("\x1b"));
  },
});

Deno.test({
  name: "renderSvg refuses a recording without frames",
  permissions: "none",
  fn() {
    assertThrows(() => renderSvg([], SIZE, "none"), Error, "without frames");
  },
});
