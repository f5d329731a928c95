/**
 * JSON values in ITEM frames of bounded size.
 *
 * @module
 */

import * as v from "valibot";
import { MAX_CONTROL_BYTES } from "../base/limits.ts";
import { isAscii } from "../base/text.ts";
import type { Exchange } from "./exchange.ts";
import { decodeJson } from "./messages.ts";

/** Collects JSON values and sends them in ITEM frames of at most {@linkcode MAX_CONTROL_BYTES}. */
export class ItemSender {
  readonly #exchange: Exchange;
  #texts: string[] = [];
  #bytes = 2;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Adds values. Sends each frame that is full. */
  async add(values: readonly unknown[]): Promise<void> {
    for (const value of values) {
      const text = JSON.stringify(value);
      // Well-formed JSON text has at most three bytes per UTF-16 code unit.
      const bytes = 1 + (isAscii(text) ? text.length : text.length * 3);
      if (this.#texts.length > 0 && this.#bytes + bytes > MAX_CONTROL_BYTES) await this.flush();
      this.#texts.push(text);
      this.#bytes += bytes;
    }
  }

  /** Sends the collected values. */
  async flush(): Promise<void> {
    if (this.#texts.length === 0) return;
    const frame = new TextEncoder().encode(`[${this.#texts.join(",")}]`);
    this.#texts = [];
    this.#bytes = 2;
    await this.#exchange.send("ITEM", frame);
  }
}

/** Decodes the values of an ITEM payload, exchange id included. @throws `protocol`, also for none. */
export function decodeItems<S extends v.GenericSchema>(
  schema: S,
  payload: Uint8Array,
): v.InferOutput<S>[] {
  return decodeJson(v.pipe(v.array(schema), v.minLength(1)), payload.subarray(4), "ITEM");
}
