/**
 * Starts a rival's server on a free port of the loopback, and stops it.
 *
 * @module
 */

const STARTED_TIMEOUT_MS = 20_000;
const POLL_MS = 20;

/** Returns a TCP port of the loopback that is free at the moment. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Returns the path of a program, or undefined if it is not installed. */
export async function findProgram(name: string): Promise<string | undefined> {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];
  for (const folder of folders) {
    const path = `${folder}/${name}`;
    const info = await Deno.stat(path).catch(() => undefined);
    if (info?.isFile) return path;
  }
  return undefined;
}

/** Returns the login name of the current user. */
export async function loginName(): Promise<string> {
  const { stdout } = await new Deno.Command("id", { args: ["-un"] }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** A rival's server process. Disposing it stops the process and waits for its end. */
export class Daemon implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  #running = true;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    child.status.then(() => this.#running = false);
  }

  /**
   * Starts a program that stays in the foreground, and waits until its port accepts connections.
   *
   * @param home The folder of its own files and of its user's settings.
   * @throws {Error} When it ends, or accepts no connection for 20 s.
   */
  static async start(
    path: string,
    args: readonly string[],
    port: number,
    home: string,
  ): Promise<Daemon> {
    const command = new Deno.Command(path, {
      args: [...args],
      cwd: home,
      env: { HOME: home, XDG_CONFIG_HOME: home },
      ...{ stdin: "null", stdout: "null", stderr: "null" },
    });
    const daemon = new Daemon(command.spawn());
    const deadline = performance.now() + STARTED_TIMEOUT_MS;
    while (!(await answers(port))) {
      if (daemon.#running && performance.now() < deadline) continue;
      await daemon[Symbol.asyncDispose]();
      throw new Error(`Cannot start ${path} ${args.join(" ")}: nothing answers on port ${port}`);
    }
    return daemon;
  }

  /** Stops it and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#running) this.#child.kill("SIGTERM");
    await this.#child.status;
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    using _ = await Deno.connect({ hostname: "127.0.0.1", port });
    return true;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    return false;
  }
}
