/**
 * Builds the portable form: one file that is a shell script followed by a compressed archive of the
 * Deno runtime and the bundle. To run, it needs only `sh`, `tail`, `gzip` and `tar`.
 *
 * @module
 */

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { VERSION } from "../../lib/base/version.ts";
import { fill } from "./fill.ts";
import { join } from "node:path";
import type { Bundle } from "./bundle.ts";
import { digestList, sha256 } from "./digests.ts";
import { runtimeFlags } from "./native.ts";
import { runDeno } from "./run_deno.ts";
import { LIST_NAME } from "./settle.ts";
import { type TarFile, writeTar } from "./tar.ts";
import { type ProgramName, PROGRAMS, type Target } from "./targets.ts";

/** The archive, which is the same for both programs, so that they unpack it once. */
export interface Payload {
  /** The compressed archive. */
  readonly bytes: Uint8Array;
  /** The digest of its contents, which is the name of the folder that it is unpacked to. */
  readonly id: string;
}

/**
 * Packs the runtime and the bundle.
 *
 * @param runtime The `deno` executable for the target.
 * @param level Compression level, 1 to 9.
 */
export async function makePayload(
  bundle: Bundle,
  runtime: Uint8Array,
  level: number,
): Promise<Payload> {
  const settle = join(bundle.folder, "..", "settle.js");
  const source = new URL("./settle.ts", import.meta.url);
  await runDeno(["bundle", "--platform", "deno", "--output", settle, source.href]);
  const files = new Map([["deno", runtime], ["settle.js", await Deno.readFile(settle)]]);
  for (const file of bundle.files) files.set(file, await Deno.readFile(join(bundle.folder, file)));
  const list = digestList(files);
  files.set(LIST_NAME, new TextEncoder().encode(list));
  const archive = writeTar([...files].map(([name, bytes]) => packed(name, bytes)));
  return { bytes: await promisify(gzip)(archive, { level }), id: sha256(list) };
}

function packed(name: string, bytes: Uint8Array): TarFile {
  return { name, bytes, executable: name === "deno" };
}

/** Writes one executable. */
export async function makePortable(
  payload: Payload,
  program: ProgramName,
  target: Target,
  output: string,
): Promise<void> {
  const template = await Deno.readTextFile(new URL("./launcher.sh", import.meta.url));
  const flags = await runtimeFlags(program);
  const header = launcher(template, {
    PROGRAM: program,
    VERSION,
    TARGET: target.name,
    ID: payload.id,
    ENTRY: `${PROGRAMS[program]}.js`,
    FLAGS: flags.map((flag) => /^[\w,=-]+$/.test(flag) ? flag : `'${flag}'`).join(" "),
  });
  using file = await Deno.open(output, { write: true, createNew: true, mode: 0o755 });
  for (const part of [header, payload.bytes]) {
    for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
  }
}

/**
 * Fills in the script. The offset of the archive depends on the length of the script, which depends
 * on the number of digits of that offset.
 *
 * @example
 * ```ts
 * import { launcher } from "./portable.ts";
 *
 * const script = new TextDecoder().decode(launcher("skip @OFFSET@\n", {}));
 * if (script !== "skip 8\n") throw new Error(script);
 * ```
 */
export function launcher(
  template: string,
  words: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  let offset = 0;
  for (;;) {
    const text = fill(template, (word) => word === "OFFSET" ? String(offset) : words[word]);
    const script = new TextEncoder().encode(text);
    // `tail -c +N` counts from one.
    if (script.length + 1 === offset) return script;
    offset = script.length + 1;
  }
}
