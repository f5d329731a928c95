/**
 * The `If` header field (RFC 4918, 10.4): lists of conditions, each about one resource.
 *
 * @module
 */

import { MAX_IF_CONDITIONS } from "../../../base/limits.ts";
import { HttpError } from "../../http/http_error.ts";

/** A condition: that the resource has a state token or an entity tag, or has it not. */
export interface IfCondition {
  readonly not: boolean;
  readonly kind: "token" | "tag";
  /** A URI without its brackets, or an entity tag with its quotes. */
  readonly value: string;
}

/** Conditions that all must hold. */
export interface IfList {
  /** The URL or path of the resource; absent for that of the request. */
  readonly resource?: string;
  readonly conditions: readonly IfCondition[];
}

const LIST_START = /[ \t]*\([ \t]*/y;
const LIST_END = /[ \t]*\)[ \t]*/y;
/** A URL is of printable ASCII, without the characters that no URL has. */
const URL_CHARS = String.raw`[!#-;=?-\[\]_a-z~]+`;
const RESOURCE = new RegExp(String.raw`[ \t]*<((?:[A-Za-z][\w+.-]*:|/)${URL_CHARS}|/)>`, "y");
const TOKEN = new RegExp(
  String.raw`[ \t]*(?:(Not\b)[ \t]*)?<([A-Za-z][\w+.-]*:${URL_CHARS})>`,
  "iy",
);
/** As examples in the RFC have it, a space is taken, too. */
const TAG = /[ \t]*(?:(Not\b)[ \t]*)?\[((?:W\/)?"[\x20\x21\x23-\x7e\x80-\xff]*")\]/iy;

/**
 * Parses the field.
 *
 * @returns At least one list.
 * @throws {HttpError} 400 for anything else, and for more than {@linkcode MAX_IF_CONDITIONS}.
 *
 * @example
 * ```ts
 * import { parseIf } from "./if_header.ts";
 *
 * const [list] = parseIf('</a> (Not <urn:uuid:1> ["x"])');
 * if (list?.resource !== "/a" || list.conditions.length !== 2) throw new Error();
 * ```
 */
export function parseIf(field: string): readonly IfList[] {
  return new IfParser(field).lists();
}

class IfParser {
  readonly #field: string;
  #at = 0;
  #conditions = 0;

  constructor(field: string) {
    this.#field = field;
  }

  lists(): IfList[] {
    const lists: IfList[] = [];
    let resource: string | undefined;
    do {
      const tag = this.#take(RESOURCE)?.[1];
      // Either all lists are about a resource that is named, or none is.
      if (tag !== undefined && lists.length > 0 && resource === undefined) throw this.#invalid();
      resource = tag ?? resource;
      const conditions = this.#list();
      lists.push(resource === undefined ? { conditions } : { resource, conditions });
    } while (this.#at < this.#field.length);
    return lists;
  }

  #list(): IfCondition[] {
    if (this.#take(LIST_START) === null) throw this.#invalid();
    const conditions: IfCondition[] = [];
    do conditions.push(this.#condition()); while (this.#take(LIST_END) === null);
    return conditions;
  }

  #condition(): IfCondition {
    const token = this.#take(TOKEN);
    const found = token ?? this.#take(TAG);
    if (found === null) throw this.#invalid();
    if (++this.#conditions > MAX_IF_CONDITIONS) {
      throw new HttpError(400, `the If field has more than ${MAX_IF_CONDITIONS} conditions`);
    }
    const kind = token === null ? "tag" : "token";
    return { not: found[1] !== undefined, kind, value: found[2]! };
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#field);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #invalid(): HttpError {
    return new HttpError(400, `the If field is invalid at character ${this.#at + 1}`);
  }
}

/** All state tokens in lists, whether their conditions hold or not: the client knows these locks. */
export function tokensIn(lists: readonly IfList[]): string[] {
  return lists.flatMap(({ conditions }) =>
    conditions.flatMap(({ kind, value }) => kind === "token" ? [value] : [])
  );
}
