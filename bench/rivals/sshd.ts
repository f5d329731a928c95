/**
 * A common rival: `scp` from and to a private sshd with its own keys.
 *
 * @module
 */

import { join } from "node:path";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { Daemon, findProgram, freePort, loginName } from "./daemon.ts";

/** A private sshd that accepts a single key. */
export class Sshd implements AsyncDisposable {
  readonly #daemon: Daemon;
  readonly #options: readonly string[];
  readonly #login: string;

  private constructor(daemon: Daemon, options: readonly string[], login: string) {
    this.#daemon = daemon;
    this.#options = options;
    this.#login = login;
  }

  /** Starts it, or returns the name of a program that is not installed. */
  static async start(dir: string): Promise<Sshd | string> {
    const sshd = await findProgram("sshd");
    for (const name of ["sshd", "ssh-keygen", "scp"]) {
      if (await findProgram(name) === undefined) return name;
    }
    const [port, user] = [freePort(), await loginName()];
    await Deno.mkdir(dir, { recursive: true });
    for (const name of ["host_key", "user_key"]) {
      const args = ["-q", "-t", "ed25519", "-N", "", "-f", join(dir, name)];
      await runSuccessfully({ path: "ssh-keygen", args }, []);
    }
    if (user === "root") await Deno.mkdir("/run/sshd", { recursive: true });
    const file = join(dir, "sshd_config");
    await Deno.writeTextFile(file, configuration(dir, port));
    const daemon = await Daemon.start(sshd!, ["-D", "-e", "-f", file], port, dir);
    return new Sshd(daemon, [
      ...["-q", "-F", "/dev/null", "-i", join(dir, "user_key"), "-P", String(port)],
      ...["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"],
      ...["-o", "BatchMode=yes"],
    ], user);
  }

  /** Downloads the file at an absolute path. */
  async get(source: string, target: string): Promise<void> {
    const args = [...this.#options, `${this.#login}@127.0.0.1:${source}`, target];
    await runSuccessfully({ path: "scp", args }, []);
  }

  /** Uploads a file to an absolute path. */
  async put(source: string, target: string): Promise<void> {
    const args = [...this.#options, source, `${this.#login}@127.0.0.1:${target}`];
    await runSuccessfully({ path: "scp", args }, []);
  }

  /** Stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#daemon[Symbol.asyncDispose]();
  }
}

function configuration(dir: string, port: number): string {
  return [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${join(dir, "host_key")}`,
    `PidFile ${join(dir, "sshd.pid")}`,
    `AuthorizedKeysFile ${join(dir, "user_key.pub")}`,
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UsePAM no",
    // The scratch folder is in a folder that every user may write to.
    "StrictModes no",
    "Subsystem sftp internal-sftp",
    "",
  ].join("\n");
}
