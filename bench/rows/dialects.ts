/**
 * Compares the `framed` dialect with the native protocol: one file and one stream, with the client on
 * one core.
 *
 * @module
 */

import { compareFiles } from "../../testing/files/same_files.ts";
import type { Program } from "../../testing/programs/program.ts";
import { runSuccessfully } from "../../testing/programs/running_program.ts";
import { join } from "node:path";
import { type Bench, emptyFolder, type Outcome, quietEnv, removeAll, type Row } from "../bench.ts";
import { compare, versus } from "../compare.ts";
import type { Contender } from "../paired.ts";
import { BIG, bigFile } from "./get.ts";

/** Returns the client, limited to one core if the system can do that. */
function onOneCore({ client }: Bench): Program {
  if (Deno.build.os !== "linux") return client;
  return { path: "taskset", args: ["-c", "0", client.path, ...client.args] };
}

async function getter(bench: Bench, name: string, host: string): Promise<Contender> {
  const folder = await emptyFolder(join(bench.dir, `dialect_${name}`));
  const target = join(folder, BIG);
  const args = ["get", BIG, "-o", target, "--transfers", "1", "--host", host];
  return {
    name,
    run: () => runSuccessfully(onOneCore(bench), args, quietEnv(bench)),
    verify: () => compareFiles(BIG, join(bench.root, BIG), target),
    clean: () => removeAll(target),
  };
}

/** The server has the file's digests in its cache. */
export const getFramed: Row = {
  name: "framed",
  async measure(bench: Bench): Promise<Outcome[]> {
    await bigFile(bench);
    const { url } = bench.server;
    const ours = await getter(bench, "framed", url.replace("ft://", "ft+framed://"));
    return compare(bench, "get, framed, one core", ours, [
      await versus("native", url, (url) => getter(bench, "native", url), { bar: 1.3, aim: 1 }),
    ]);
  },
};
