/**
 * Finds the end of the name in an `UPLOAD` whose content arrived in the same segment.
 *
 * @module
 */

import { MAX_NAME_BYTES, MAX_PATH_BYTES } from "../base/limits.ts";
import { asciiOf } from "./first_bytes.ts";

/** Common extensions, at which a name may end. */
const EXTENSIONS = [
  ...["txt", "md", "rst", "csv", "tsv", "json", "xml", "html", "htm", "css", "log", "ini", "cfg"],
  ...["conf", "yaml", "yml", "toml", "sql", "db", "sqlite", "tex", "rtf", "pdf", "ps", "epub"],
  ...["doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp"],
  ...["png", "jpg", "jpeg", "gif", "bmp", "svg", "webp", "tif", "tiff", "ico"],
  ...["mp3", "mp4", "m4a", "mkv", "avi", "mov", "wav", "ogg", "flac", "webm"],
  ...["zip", "gz", "tgz", "tar", "bz2", "xz", "zst", "7z", "rar", "jar", "iso", "img"],
  ...["bin", "dat", "exe", "dll", "so", "msi", "deb", "rpm", "apk", "dmg", "pcap"],
  ...["py", "js", "ts", "java", "rs", "go", "sh", "bat", "cpp", "hpp", "php", "rb"],
];
const longestFirst = EXTENSIONS.toSorted((a, b) => b.length - a.length).join("|");
const KNOWN_EXTENSION = new RegExp(`^[^]+?(?:\\.(?:${longestFirst}))+`, "i");
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A name that was found. */
export interface CutName {
  readonly name: string;
  /** Bytes of the name and its terminator. */
  readonly bytes: number;
  /** Whether the end of the name is a guess. */
  readonly recovered: boolean;
}

/** Decodes UTF-8; `null` if it is not valid. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Ends the name at the first newline, NUL or other control byte. A newline is a terminator and is
 * dropped; any other control byte belongs to the content.
 *
 * @returns `null` if there is no control byte, or if the bytes before it are not text.
 */
export function cutAtControl(bytes: Uint8Array): CutName | null {
  const ascii = asciiOf(bytes.subarray(0, MAX_PATH_BYTES + 2));
  const at = ascii.search(CONTROL);
  if (at === -1) return null;
  const end = /^\r?\n/.exec(ascii.slice(at, at + 2))?.[0].length ?? 0;
  const name = decoded(bytes.subarray(0, at));
  return name === null ? null : { name, bytes: at + end, recovered: end === 0 };
}

/** Ends the name after the first known extension. @returns `null` if there is none. */
export function cutAtExtension(bytes: Uint8Array): CutName | null {
  const ascii = asciiOf(bytes.subarray(0, MAX_PATH_BYTES));
  const found = KNOWN_EXTENSION.exec(ascii)?.[0];
  const name = found === undefined ? null : decoded(bytes.subarray(0, found.length));
  if (found === undefined || name === null) return null;
  return { name, bytes: found.length, recovered: found.length < bytes.length };
}

/** Takes all bytes as the name. @returns `null` if they cannot be one. */
export function wholeName(bytes: Uint8Array): CutName | null {
  if (bytes.length > MAX_PATH_BYTES) return null;
  const name = decoded(bytes);
  if (name === null) return null;
  const longest = Math.max(...name.split("/").map((part) => new TextEncoder().encode(part).length));
  return longest > MAX_NAME_BYTES ? null : { name, bytes: bytes.length, recovered: false };
}
