import { assert, assertEquals, assertMatch } from "@std/assert";
import { encode } from "uqr";
import { drawQr, qrLines } from "../../../lib/cli/terminal/qr_code.ts";
import type { Line } from "../../../lib/cli/terminal/output.ts";
import { capturedOutput, CapturedSink } from "../../../testing/cli/captured.ts";
import { needsProgram } from "../../../testing/skip.ts";
import { tempDir } from "../../../testing/temp_dir.ts";

const LINK = `fts://192.168.1.20:9998/a%20b.mp4#${"ab".repeat(32)}.ft_${"Zz09_-".repeat(7)}`;
const WIDE = { columns: 80, colour: true };

/** The pixels that a terminal shows, `true` for the colour of the text. */
function pixelsOf(lines: readonly Line[]): boolean[][] {
  return lines.flatMap((line) => {
    const text = line.map((piece) => typeof piece === "string" ? piece : piece.text).join("");
    return [[..."▀█"], [..."▄█"]].map((on) => [...text].map((char) => on.includes(char)));
  });
}

/** A picture of pixels, black for `true`. */
function picture(pixels: readonly boolean[][], scale = 4): Uint8Array<ArrayBuffer> {
  const [width, height] = [pixels[0]!.length * scale, pixels.length * scale];
  const bytes = new Uint8Array(width * height);
  for (let at = 0; at < bytes.length; at++) {
    const row = pixels[Math.floor(at / width / scale)]!;
    bytes[at] = row[Math.floor(at % width / scale)] ? 0 : 255;
  }
  return new Uint8Array([...new TextEncoder().encode(`P5 ${width} ${height} 255\n`), ...bytes]);
}

Deno.test("qrLines draws the modules of the code, black on white or inverted without colour", async () => {
  const { data, size } = encode(LINK, { ecc: "L", border: 2 });
  const dark = pixelsOf((await qrLines(LINK, WIDE))!);
  assertEquals(dark.slice(0, size), data);
  const light = pixelsOf((await qrLines(LINK, { ...WIDE, colour: false }))!);
  assertEquals(light.slice(0, size), data.map((row) => row.map((module) => !module)));
});

Deno.test({
  name: "a reader of QR codes finds the link in what qrLines draws",
  ...await needsProgram("zbarimg", "--version"),
  async fn() {
    await using dir = await tempDir();
    await Deno.writeFile(dir.join("code.pgm"), picture(pixelsOf((await qrLines(LINK, WIDE))!)));
    const args = ["--quiet", "--raw", dir.join("code.pgm")];
    const { stdout } = await new Deno.Command("zbarimg", { args, stderr: "null" }).output();
    assertEquals(new TextDecoder().decode(stdout).trim(), LINK);
  },
});

Deno.test("drawQr draws on a terminal that is wide enough, and else says that the link is to be used", async () => {
  const drawn = async (columns: number, terminal = true, colour = true) => {
    const size = () => ({ columns, rows: 80 });
    const stderr = new CapturedSink(terminal);
    const output = capturedOutput({ stderr, size, colour });
    await drawQr(output.out, LINK);
    return output.stderr.text;
  };
  const [first = ""] = (await qrLines(LINK, WIDE))!;
  assert(first.length > 0);
  assert((await drawn(80)).startsWith("\x1b[30;107m    "));
  assertMatch(await drawn(80, true, false), /^█+\n/);
  assertEquals(await drawn(40), "the terminal is too narrow for the QR code: use the link\n");
  assertEquals(await drawn(80, false), "");
});
