/**
 * A rival without verification: `curl` from nginx, then `openssl dgst -sha256` of the download.
 *
 * @module
 */

import { join } from "node:path";
import { makeIdentity } from "../../lib/net/make_identity.ts";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { getAndHash, streamAndHash } from "./curl.ts";
import { Daemon, findProgram, freePort, loginName } from "./daemon.ts";

/** A private nginx over one folder. */
export class Nginx implements AsyncDisposable {
  /** Its TCP port on the loopback. */
  readonly port: number;
  /** Its port for TLS. */
  readonly tlsPort: number;
  readonly #daemon: Daemon;

  private constructor(daemon: Daemon, port: number, tlsPort: number) {
    this.#daemon = daemon;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /** Starts it, or returns the name of a program that is not installed. */
  static async start(root: string, dir: string): Promise<Nginx | string> {
    const nginx = await findProgram("nginx");
    for (const name of ["nginx", "curl", "openssl"]) {
      if (await findProgram(name) === undefined) return name;
    }
    const [port, tlsPort] = [freePort(), freePort()];
    await Deno.mkdir(dir, { recursive: true });
    await Deno.writeTextFile(join(dir, "identity.pem"), await makeIdentity());
    const file = join(dir, "nginx.conf");
    const user = await loginName();
    await Deno.writeTextFile(file, configuration({ root, dir, port, tlsPort, user }));
    const args = ["-e", join(dir, "error.log"), "-p", dir, "-c", file, "-g", "daemon off;"];
    return new Nginx(await Daemon.start(nginx!, args, port, dir), port, tlsPort);
  }

  /**
   * Downloads a file and computes its SHA-256.
   *
   * @param port The port of a proxy before the server. @default its own
   */
  get(name: string, target: string, port = this.port): Promise<void> {
    return getAndHash(`http://127.0.0.1:${port}/${name}`, target);
  }

  /** Downloads a file through a proxy before the server, and hashes nothing. */
  async download(name: string, target: string, port: number): Promise<void> {
    const url = `http://127.0.0.1:${port}/${name}`;
    await runSuccessfully({ path: "curl", args: ["-sSf", "-o", target, url] }, []);
  }

  /** Downloads a file, computes its SHA-256 on the way and keeps nothing of it. */
  stream(name: string): Promise<void> {
    return streamAndHash(`http://127.0.0.1:${this.port}/${name}`);
  }

  /** Stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#daemon[Symbol.asyncDispose]();
  }
}

interface Configuration {
  readonly root: string;
  readonly dir: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly user: string;
}

function configuration({ root, dir, port, tlsPort, user }: Configuration): string {
  const identity = join(dir, "identity.pem");
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
    `server { listen 127.0.0.1:${tlsPort} ssl; root ${root}; ssl_protocols TLSv1.3;`,
    `ssl_certificate ${identity}; ssl_certificate_key ${identity}; }`,
    "}",
  ].join("\n");
}
