/**
 * The files of a cluster in `packaging/cluster`: they parse, and name only what exists.
 */

import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import { join } from "node:path";
import { parseCommandLine } from "../../lib/cli/program/command_line.ts";
import { envName } from "../../lib/cli/program/flag_table.ts";
import { SERVER_FLAGS } from "../../lib/cli/server/server_flags.ts";
import { SERVER } from "../../lib/cli/server/server_program.ts";
import { NEEDS_NATS } from "../../testing/cluster/nats.ts";
import { filesBelow } from "../../testing/files/same_files.ts";
import { splitWords } from "../../testing/programs/program.ts";
import { runProgram } from "../../testing/programs/running_program.ts";
import { REPOSITORY } from "../../testing/repository.ts";
import { needsProgram } from "../../testing/skip.ts";
import { tempDir } from "../../testing/temp_dir.ts";

const FOLDER = join(REPOSITORY, "packaging/cluster");
const read = (name: string) => Deno.readTextFile(join(FOLDER, name));

/** A service of `compose.yaml`, as far as the tests look at it. */
interface Service {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly env_file: readonly string[];
  readonly secrets?: readonly string[];
  readonly configs?: readonly { readonly source: string }[];
  readonly volumes: readonly string[];
  readonly depends_on?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const compose = async () => parse(await read("compose.yaml")) as Compose;

/** The variables that a file of the environment sets. */
function settings(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)].map((m) => m.slice(1)),
  );
}

/** Every variable of `ftserver`: those of its flags, and secrets that have no flag. */
async function variables(): Promise<ReadonlySet<string>> {
  const flags = SERVER_FLAGS.map((flag) => envName("ftserver", flag));
  const start = join(REPOSITORY, "lib/cli/server/start");
  const sources = await Promise.all(
    (await filesBelow(start, "")).map((name) => Deno.readTextFile(join(start, name))),
  );
  const named = sources.join("\n").matchAll(/FTSERVER_(?:S3|CLUSTER)_[A-Z_]+/g);
  return new Set([...flags, ...Array.from(named, ([name]) => name)]);
}

Deno.test("compose.yaml names only volumes, files, services and flags that exist", async () => {
  const { services, configs, secrets, volumes } = await compose();
  const names = await filesBelow(FOLDER, "");
  assertEquals(Object.keys(services).length, 6);
  for (const [name, service] of Object.entries(services)) {
    for (const volume of service.volumes) assert(volume.split(":")[0]! in volumes, volume);
    for (const secret of service.secrets ?? []) assert(secret in secrets, secret);
    for (const { source } of service.configs ?? []) assert(source in configs, source);
    for (const other of service.depends_on ?? []) assert(other in services, other);
    for (const file of service.env_file) assert(names.includes(`${file}.example`), file);
    if (name.startsWith("ftserver")) parseCommandLine(service.command, SERVER);
  }
  for (const { file } of Object.values(configs)) assert(names.includes(file), file);
});

Deno.test("every variable in the files of a cluster exists", async () => {
  const known = await variables();
  const { services } = await compose();
  const shared = settings(await read("cluster.env.example"));
  const own = settings(await read("server.env.example"));
  const set = Object.values(services).flatMap(({ environment }) => Object.keys(environment));
  const used = [...set, ...Object.keys(shared), ...Object.keys(own)];
  assert(used.length > 12, used.join());
  for (const name of used.filter((name) => name.startsWith("FTSERVER_"))) {
    assert(known.has(name), `ftserver does not know ${name}`);
  }
  const inNats = [...(await read("nats.conf")).matchAll(/^[^#\n]*?(\$.*)$/gm)]
    .flatMap(([, text]) => Array.from(text!.matchAll(/\$(\w+)/g), ([, name]) => name!));
  const forNats = used.filter((name) => name.startsWith("NATS_"));
  assertEquals(
    [...new Set(inNats)].filter((name) => name.startsWith("NATS_")).sort(),
    [...new Set(forNats)].sort(),
  );
  for (const name of inNats) assert(used.includes(name), `nothing sets ${name}`);
});

Deno.test("the unit of a cluster's server starts it with flags that exist", async () => {
  const unit = await read("ftserver@.service");
  const [, line = ""] = /^ExecStart=\S+\/ftserver (.*)$/m.exec(unit)!;
  parseCommandLine(splitWords(line), SERVER);
  for (const [, name] of unit.matchAll(/\/etc\/ftserver\/([\w.%]+)/g)) {
    const file = name!.replace(/^(%i|a)\.env$/, "server.env");
    const made = file === "identity.pem" ||
      (await filesBelow(FOLDER, "")).includes(`${file}.example`);
    assert(made, name);
  }
});

Deno.test({
  name: "systemd accepts the units of a cluster",
  ...await needsProgram("systemd-analyze", "--version"),
  async fn() {
    await using dir = await tempDir();
    const installed = (text: string) =>
      text.replaceAll(/\/usr\/\S+\/(ftserver|nats-server)/g, Deno.execPath())
        .replace(/^Documentation=.*$/m, "");
    const unit = installed(await read("ftserver@.service"));
    await Deno.writeTextFile(dir.join("ftserver@.service"), unit);
    await Deno.writeTextFile(
      dir.join("nats-server.service"),
      installed("[Service]\nExecStart=/usr/sbin/nats-server\n"),
    );
    await Deno.mkdir(dir.join("nats-server.service.d"));
    const dropIn = installed(await read("nats-server.conf"));
    await Deno.writeTextFile(dir.join("nats-server.service.d/cluster.conf"), dropIn);
    for (const name of ["ftserver@a.service", "nats-server.service"]) {
      const analyze = { path: "systemd-analyze", args: ["verify", dir.join(name)] };
      const { code, stderr } = await runProgram(analyze, []);
      assertEquals([code, stderr], [0, ""], name);
    }
  },
});

Deno.test({
  name: "NATS accepts its configuration",
  ...NEEDS_NATS,
  async fn() {
    const { services } = await compose();
    const env = { ...settings(await read("cluster.env.example")), ...services.nats1!.environment };
    const nats = { path: "nats-server", args: ["-t", ...services.nats1!.command] };
    const args = nats.args.map((arg) =>
      arg.replace("/etc/nats/nats.conf", join(FOLDER, "nats.conf"))
    );
    const { code, stderr } = await runProgram({ ...nats, args }, [], env);
    assertEquals(code, 0, stderr);
  },
});
