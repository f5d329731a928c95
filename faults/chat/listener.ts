/**
 * A real `ftclient chat` that listens until it is told to end.
 *
 * @module
 */

import type { System } from "../../testing/programs/system.ts";
import type { RunningProgram } from "../../testing/programs/running_program.ts";
import { Wrong } from "../verdict.ts";

/** Seconds that a listener stays without having anything to say. */
const STAY = "50";
const INTERRUPTED = 130;

/** One who listens. */
export class Listener {
  readonly client: RunningProgram;

  /**
   * @param url Where it goes, dialect and all.
   * @param name Its seat; absent where the dialect has no names.
   */
  constructor(system: System, url: string, name?: string) {
    const who = name === undefined ? [] : ["--name", name];
    this.client = system.spawn(["chat", "--linger", STAY, ...who], {
      stdin: "",
      env: { FTCLIENT_HOST: url, FTCLIENT_RETRIES: "9", FTCLIENT_TIMEOUT: "1" },
    });
    this.client.finished.catch(() => {});
  }

  /** Waits until it has a seat; after that, until it has one again. */
  async joined(again = false): Promise<void> {
    await this.client.reported(again ? /rejoined the chat as/ : /joined the chat as/);
  }

  /** Waits until it has shown something. */
  async hears(text: string): Promise<void> {
    await this.client.printed(new RegExp(`: ${text}$`, "m"));
  }

  /**
   * Ends it.
   *
   * @returns The texts it has shown, in order.
   * @throws {Wrong} When it had ended by itself.
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
 * @param taken What the server took, in order: all of it must be there.
 * @param lost What was said, but never answered: it may be there.
 * @throws {Wrong} When something is missing, there twice, in another order, or was never said.
 */
export function heardOnce(
  who: string,
  heard: readonly string[],
  taken: readonly string[],
  lost: readonly string[] = [],
): void {
  const told = () => `${who} heard ${heard.join(" ")}; said was ${taken.join(" ")}`;
  if (new Set(heard).size !== heard.length) throw new Wrong(`twice: ${told()}`);
  const sure = heard.filter((text) => !lost.includes(text));
  if (sure.join("\n") !== taken.join("\n")) throw new Wrong(told());
}
