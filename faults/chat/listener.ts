/**
 * A real `ftclient chat` that listens until it is interrupted.
 *
 * @module
 */

import type { System } from "../../testing/programs/system.ts";
import type { RunningProgram } from "../../testing/programs/running_program.ts";
import { Wrong } from "../verdict.ts";

/** The seconds that a listener stays without input. */
const STAY = "50";
const INTERRUPTED = 130;

/** A listening client. */
export class Listener {
  readonly client: RunningProgram;

  /**
   * @param url The address, with the dialect.
   * @param name The name of its seat; absent if the dialect has no names.
   */
  constructor(system: System, url: string, name?: string) {
    const who = name === undefined ? [] : ["--name", name];
    this.client = system.spawn(["chat", "--linger", STAY, ...who], {
      stdin: "",
      env: { FTCLIENT_HOST: url, FTCLIENT_RETRIES: "9", FTCLIENT_TIMEOUT: "1" },
    });
    this.client.finished.catch(() => {});
  }

  /** Waits until it has joined, or has rejoined. */
  async joined(again = false): Promise<void> {
    await this.client.reported(again ? /rejoined the chat as/ : /joined the chat as/);
  }

  /** Waits until it has printed a text. */
  async hears(text: string): Promise<void> {
    await this.client.printed(new RegExp(`: ${text}$`, "m"));
  }

  /**
   * Interrupts it.
   *
   * @returns The printed texts, in order.
   * @throws {Wrong} When it has ended by itself.
   */
  async end(): Promise<string[]> {
    this.client.signal("SIGINT");
    const { code, stdout, stderr } = await this.client.finished;
    if (code !== INTERRUPTED) throw new Wrong(`a listener ended with ${code}: ${stderr}`);
    return stdout.split("\n").filter((line) => line !== "")
      .map((line) => line.slice(line.lastIndexOf(": ") + 2));
  }
}

/**
 * @param taken The texts that the server accepted, in order; all must be present.
 * @param lost Texts that were sent but never answered; they may be present.
 * @throws {Wrong} When a text is missing, duplicated, out of order, or was never sent.
 */
export function heardOnce(
  who: string,
  heard: readonly string[],
  taken: readonly string[],
  lost: readonly string[] = [],
): void {
  const describe = () => `${who} heard ${heard.join(" ")}; accepted were ${taken.join(" ")}`;
  if (new Set(heard).size !== heard.length) throw new Wrong(`twice: ${describe()}`);
  const sure = heard.filter((text) => !lost.includes(text));
  if (sure.join("\n") !== taken.join("\n")) throw new Wrong(describe());
}
