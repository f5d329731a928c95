/**
 * The part of the tar format (POSIX ustar) that executables and npm packages need: regular files.
 *
 * @module
 */

/** A file in an archive. */
export interface TarFile {
  /** At most 100 bytes of ASCII. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

const BLOCK = 512;
const ENCODER = new TextEncoder();

/**
 * Creates an archive. It is reproducible: it contains no times and no owners.
 *
 * @throws {Error} If a name is longer than 100 bytes.
 *
 * @example
 * ```ts
 * import { readTar, writeTar } from "./tar.ts";
 *
 * const file = { name: "a/b", bytes: new Uint8Array(3), executable: true };
 * const [back] = [...readTar(writeTar([file]))];
 * if (back?.name !== "a/b" || back.bytes.length !== 3 || !back.executable) throw new Error();
 * ```
 */
export function writeTar(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
  const sizes = files.map(({ bytes }) => BLOCK + Math.ceil(bytes.length / BLOCK) * BLOCK);
  const archive = new Uint8Array(sizes.reduce((sum, size) => sum + size, 2 * BLOCK));
  let at = 0;
  files.forEach((file, i) => {
    archive.set(header(file), at);
    archive.set(file.bytes, at + BLOCK);
    at += sizes[i]!;
  });
  return archive;
}

function header({ name, bytes, executable }: TarFile): Uint8Array {
  const encoded = ENCODER.encode(name);
  if (encoded.length > 100) throw new Error(`Cannot archive ${name}: longer than 100 bytes`);
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => block.set(ENCODER.encode(text), at);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0") + "\0";
  block.set(encoded);
  put(100, octal(executable ? 0o755 : 0o644, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(bytes.length, 11));
  put(136, octal(0, 11));
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar\x0000");
  put(148, `${octal(block.reduce((sum, byte) => sum + byte, 0), 6)} `);
  return block;
}

/** Reads the regular files of an archive; their contents are views of it. */
export function* readTar(archive: Uint8Array): Generator<TarFile> {
  const decoder = new TextDecoder();
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0;) {
    const field = (from: number, length: number) =>
      decoder.decode(archive.subarray(at + from, at + from + length)).split("\0", 1)[0]!;
    const size = parseInt(field(124, 12), 8);
    const bytes = archive.subarray(at + BLOCK, at + BLOCK + size);
    const executable = (parseInt(field(100, 8), 8) & 0o100) !== 0;
    if (["0", ""].includes(field(156, 1))) yield { name: field(0, 100), bytes, executable };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
