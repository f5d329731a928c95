/**
 * A rival without verification: `curl` from nginx, then `openssl dgst -sha256` of the download, as
 * careful users do by hand.
 *
 * @module
 */

import { join } from "node:path";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { Daemon, findProgram, freePort, loginName } from "./daemon.ts";

/** A private nginx over one folder. */
export class Nginx implements AsyncDisposable {
  readonly #daemon: Daemon;
  readonly #port: number;

  private constructor(daemon: Daemon, port: number) {
    this.#daemon = daemon;
    this.#port = port;
  }

  /** Starts it, or returns the name of a program that is not installed. */
  static async start(root: string, dir: string): Promise<Nginx | string> {
    const nginx = await findProgram("nginx");
    for (const name of ["nginx", "curl", "openssl"]) {
      if (await findProgram(name) === undefined) return name;
    }
    const port = freePort();
    await Deno.mkdir(dir, { recursive: true });
    const file = join(dir, "nginx.conf");
    await Deno.writeTextFile(file, configuration(root, dir, port, await loginName()));
    const args = ["-e", join(dir, "error.log"), "-p", dir, "-c", file, "-g", "daemon off;"];
    return new Nginx(await Daemon.start(nginx!, args, port), port);
  }

  /** Downloads a file and computes its SHA-256. */
  async get(name: string, target: string): Promise<void> {
    const url = `http://127.0.0.1:${this.#port}/${name}`;
    await runSuccessfully({ path: "curl", args: ["-sSf", "-o", target, url] }, []);
    await runSuccessfully({ path: "openssl", args: ["dgst", "-sha256", target] }, []);
  }

  /** Stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#daemon[Symbol.asyncDispose]();
  }
}

function configuration(root: string, dir: string, port: number, user: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(dir, name)};`);
  return [
    // Only root can set the user, and must: otherwise the workers run as another user.
    ...(user === "root" ? ["user root;"] : []),
    "worker_processes auto;",
    `pid ${join(dir, "nginx.pid")};`,
    "events { worker_connections 64; }",
    "http {",
    "access_log off; sendfile on; tcp_nopush on;",
    ...temporary,
    `server { listen 127.0.0.1:${port}; root ${root}; }`,
    "}",
  ].join("\n");
}
