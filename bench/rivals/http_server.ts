/**
 * Rivals that serve a folder over HTTP and accept uploads. Their client is `curl`.
 *
 * @module
 */

import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { getAndHash } from "./curl.ts";
import { Daemon, findProgram, freePort } from "./daemon.ts";

/** How a program is started, and told to accept a file. */
interface HttpProgram {
  readonly name: string;
  serve(root: string, port: number): string[];
  /** The arguments of `curl` that upload a file to a folder. */
  upload(source: string, folder: string, url: string): string[];
}

const putRequest: HttpProgram["upload"] = (source, folder, url) => {
  return ["-T", source, `${url}/${folder}/`];
};

/** The programs that are compared if they are installed. */
export const HTTP_SERVERS: readonly HttpProgram[] = [
  {
    name: "dufs",
    serve: (root, port) => ["--allow-all", "--bind", "127.0.0.1", "--port", String(port), root],
    upload: putRequest,
  },
  {
    name: "miniserve",
    serve: (root, port) => {
      const where = ["--interfaces", "127.0.0.1", "--port", String(port)];
      return ["--upload-files", ...where, root];
    },
    upload: (source, folder, url) => ["-F", `path=@${source}`, `${url}/upload?path=/${folder}`],
  },
  {
    name: "copyparty",
    serve: (root, port) => {
      const quiet = ["-q", "--no-thumb", "--no-mtag-ff", "--no-robots"];
      return ["-i", "127.0.0.1", "-p", String(port), "-v", `${root}::rwmd`, ...quiet];
    },
    upload: putRequest,
  },
];

/** A running server of {@linkcode HTTP_SERVERS}. */
export class HttpServer implements AsyncDisposable {
  /** Its TCP port on the loopback. */
  readonly port: number;
  readonly #program: HttpProgram;
  readonly #daemon: Daemon;

  private constructor(program: HttpProgram, daemon: Daemon, port: number) {
    this.#program = program;
    this.#daemon = daemon;
    this.port = port;
  }

  /** Starts it, or returns the name of a program that is not installed. */
  static async start(name: string, root: string, dir: string): Promise<HttpServer | string> {
    const program = HTTP_SERVERS.find((one) => one.name === name)!;
    const path = await findProgram(name);
    for (const needed of [name, "curl", "openssl"]) {
      if (await findProgram(needed) === undefined) return needed;
    }
    await Deno.mkdir(dir, { recursive: true });
    const port = freePort();
    return new HttpServer(
      program,
      await Daemon.start(path!, program.serve(root, port), port, dir),
      port,
    );
  }

  /**
   * Downloads a file and computes its SHA-256.
   *
   * @param port The port of a proxy before the server. @default its own
   */
  get(name: string, target: string, port = this.port): Promise<void> {
    return getAndHash(`http://127.0.0.1:${port}/${name}`, target);
  }

  /** Uploads a file to an existing folder. */
  async put(source: string, folder: string, port = this.port): Promise<void> {
    const args = this.#program.upload(source, folder, `http://127.0.0.1:${port}`);
    await runSuccessfully({ path: "curl", args: ["-sSf", "-o", "/dev/null", ...args] }, []);
  }

  /** Stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#daemon[Symbol.asyncDispose]();
  }
}
