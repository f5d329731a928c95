/**
 * A real Ceph with an S3 gateway, on free ports of the loopback interface and in a folder of its own,
 * for as long as it is in scope.
 *
 * @module
 */

import { cephConfig } from "./ceph_config.ts";
import { type Skip, skipUnless } from "../skip.ts";
import { tempDir } from "../temp_dir.ts";
import { closedPort } from "../network/closed_port.ts";
import { until } from "../until.ts";

/** The access key of the user `tester`. */
export const CEPH_ACCESS_KEY = "testaccesskey";
/** The secret key of that user. */
export const CEPH_SECRET_KEY = "testsecretkey";

/** Milliseconds in which everything must have started. */
const START_TIMEOUT_MS = 60_000;
/** Milliseconds a daemon gets to stop. */
const STOP_TIMEOUT_MS = 10_000;

/** A running Ceph. Disposing it stops exactly its own processes, and removes its folder. */
export interface Ceph extends AsyncDisposable {
  /** The URL of the gateway. */
  readonly endpoint: string;
  /** Runs `radosgw-admin` with these words, and returns its output. */
  admin(...words: string[]): Promise<string>;
  /** Kills an OSD, as a power cut would. */
  killOsd(number: number): Promise<void>;
  /** Starts a killed OSD again. */
  startOsd(number: number): void;
  /** Waits until all OSDs take part. */
  allUp(): Promise<void>;
}

const CONNECT = ["--connect-timeout", "30"];
const PROGRAMS = ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool", "ceph"];

/** Requires the programs of Ceph: the packages `ceph-mon`, `ceph-osd` and `radosgw`. */
export const NEEDS_CEPH: Skip = skipUnless(
  Deno.build.os === "linux" && PROGRAMS.every(isInstalled),
  "Ceph is not installed (ceph-mon, ceph-osd, radosgw)",
);

function isInstalled(program: string): boolean {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return folders.some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/**
 * Starts Ceph, with a user and an empty cluster: `await using ceph = await startCeph()`.
 *
 * @param options `osds`: how many. @default {{ osds: 1 }}
 */
export async function startCeph({ osds = 1 }: { readonly osds?: number } = {}): Promise<Ceph> {
  await using stack = new AsyncDisposableStack();
  const { path: dir } = stack.use(await tempDir());
  const [v2, v1, gatewayPort] = [closedPort(), closedPort(), closedPort()];
  const id = crypto.randomUUID();
  for (const name of ["mon.a", "rgw", "log", "sock"]) await Deno.mkdir(`${dir}/${name}`);
  const config = `${dir}/ceph.conf`;
  const facts = { dir, id, osds, monitorPorts: [v2, v1], gatewayPort } as const;
  await Deno.writeTextFile(config, cephConfig(facts));
  const monitor = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`;
  await run("monmaptool", [
    ...["--create", "--fsid", id, "--enable-all-features", "--set-min-mon-release", "pacific"],
    ...["--addv", "a", monitor, `${dir}/monmap`],
  ]);
  const options = ["-c", config];
  await run("ceph-mon", [...options, "-i", "a", "--mkfs", "--monmap", `${dir}/monmap`]);
  stack.use(daemon("ceph-mon", [...options, "-i", "a"]));
  const running = new Map<number, Daemon>();
  stack.defer(async () => {
    await Promise.all([...running.values()].map((osd) => osd[Symbol.asyncDispose]()));
  });
  const startOsd = (number: number) => {
    running.set(number, daemon("ceph-osd", [...options, "-i", String(number)]));
  };
  await Promise.all(
    Array.from({ length: osds }, async (_, number) => {
      await createOsd(dir, options, number);
      startOsd(number);
    }),
  );
  const admin = (...words: string[]) =>
    run("radosgw-admin", [...options, "--name", "client.rgw.a", ...words]);
  await admin(
    ...["user", "create", "--uid", "tester", "--display-name", "tester"],
    ...["--access-key", CEPH_ACCESS_KEY, "--secret-key", CEPH_SECRET_KEY],
  );
  const gateway = stack.use(daemon("radosgw", [...options, "--name", "client.rgw.a"]));
  const endpoint = `http://127.0.0.1:${gatewayPort}`;
  const ended = gateway.ended.then(() => {
    throw new Error("the gateway has ended");
  });
  await Promise.race([answers(endpoint), ended]);
  const owned = stack.move();
  return {
    ...{ endpoint, admin, startOsd },
    async allUp() {
      const look = ["osd", "stat", "-f", "json"];
      await until(async () => {
        const { num_up_osds } = JSON.parse(await run("ceph", [...options, ...CONNECT, ...look]));
        return num_up_osds === osds;
      });
    },
    async killOsd(number) {
      await running.get(number)?.kill();
      running.delete(number);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function createOsd(dir: string, options: readonly string[], number: number): Promise<void> {
  const uuid = crypto.randomUUID();
  await Deno.mkdir(`${dir}/osd.${number}`);
  await run("ceph-osd", [...options, "-i", String(number), "--mkfs", "--osd-uuid", uuid]);
  await run("ceph", [...options, ...CONNECT, "osd", "new", uuid, String(number)]);
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${program} ${args.join(" ")} failed: ${text(stderr)}`);
  return text(stdout);
}

/** A process of Ceph. */
interface Daemon extends AsyncDisposable {
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
  kill(): Promise<void>;
}

function daemon(program: string, args: readonly string[]): Daemon {
  const child = new Deno.Command(program, {
    args: ["-f", ...args],
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  const end = async (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
    await child.status;
  };
  return {
    ended: child.status,
    kill: () => end("SIGKILL"),
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => void end("SIGKILL"), STOP_TIMEOUT_MS);
      await end("SIGTERM");
      clearTimeout(timer);
    },
  };
}

async function answers(endpoint: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (true) {
    try {
      const response = await fetch(endpoint);
      await response.body?.cancel();
      if (response.ok) return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
