/**
 * Reads events from text (Server-Sent Events, HTML Living Standard, 9.2.6).
 *
 * @module
 */

/** The most characters of an event that is not yet complete; the server's are far shorter. */
const MAX_CHARS = 1024 * 1024;

/** An event of the server. */
export interface ServerEvent {
  /** From which a stream is resumed; empty if there was none. */
  readonly id: string;
  readonly name: string;
  readonly data: string;
}

/** Collects text until events are complete. */
export class EventParser {
  #text = "";
  #id = "";

  /**
   * Adds text.
   *
   * @returns The events that are complete with it. Comments are skipped.
   * @throws {RangeError} For an event that does not end.
   */
  add(text: string): ServerEvent[] {
    const blocks = (this.#text + text).split(/\r?\n\r?\n/);
    this.#text = blocks.pop()!;
    if (this.#text.length > MAX_CHARS) throw new RangeError("an event does not end");
    return blocks.flatMap((block) => this.#event(block) ?? []);
  }

  #event(block: string): ServerEvent | undefined {
    let name = "message";
    const data: string[] = [];
    for (const line of block.split(/\r?\n/)) {
      // Other line ends, such as U+2028, are a part of the value.
      const [, field, value = ""] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) ?? [];
      if (field === "id") this.#id = value;
      else if (field === "event") name = value;
      else if (field === "data") data.push(value);
    }
    return data.length === 0 ? undefined : { id: this.#id, name, data: data.join("\n") };
  }
}
