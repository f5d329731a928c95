/**
 * The type of content, and whether a browser may show it. What users upload must not run as a part of
 * this site, so only types that cannot are shown.
 *
 * @module
 */

import { contentType } from "@std/media-types/content-type";

/** Types that a browser shows without running anything in them. */
const PASSIVE =
  /^(text\/(plain|csv|markdown)|image\/(png|jpeg|gif|webp|avif|bmp|vnd\.microsoft\.icon|x-icon)|(audio|video)\/[\w.+-]+|application\/(json|pdf))(;|$)/i;

/**
 * Scripts and styles. As plain text, a page of ours cannot load them, should someone manage to name
 * them in it.
 */
const ACTIVE = /^(text|application)\/(x-)?(java|ecma|type)script\b|^text\/css\b/i;
const TEXT = "text/plain; charset=utf-8";

/** No scripts, no forms, no frames, an origin of its own. */
const SANDBOX = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; " +
  "style-src 'unsafe-inline'; frame-ancestors 'none'";
/** The viewer of a browser for this type does not run in a sandbox. */
const VIEWER = "default-src 'none'; object-src 'self'; plugin-types application/pdf; " +
  "style-src 'unsafe-inline'; frame-ancestors 'none'";

/** Returns the type of a file by its name. */
export function mediaType(name: string): string {
  const extension = /\.([^./]+)$/.exec(name)?.[1];
  const type = extension === undefined ? undefined : contentType(`.${extension}`);
  return type ?? "application/octet-stream";
}

/** Returns the fields that describe the content of a file. */
export function contentFields(name: string): Readonly<Record<string, string>> {
  const type = mediaType(name);
  const shown = PASSIVE.test(type);
  return {
    "content-type": ACTIVE.test(type) ? TEXT : type,
    "content-disposition": `${shown ? "inline" : "attachment"}; ${fileName(name)}`,
    "content-security-policy": type === "application/pdf" ? VIEWER : SANDBOX,
  };
}

/** The name under which a browser stores the file (RFC 6266), as a parameter of the field. */
export function fileName(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name.toWellFormed())
    .replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
