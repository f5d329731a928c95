/**
 * The effects of the settings of versions.
 *
 * @module
 */

import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { ACTIONS } from "../../../lib/auth/permission.ts";
import { Rules } from "../../../lib/auth/rules.ts";
import { Tokens } from "../../../lib/auth/tokens.ts";
import { smallFile } from "../../../lib/blocks/small_file_digest.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { VersionTable } from "../../../lib/storage/version_table.ts";
import { codeOf } from "../../../testing/code_of.ts";
import type { Remote } from "../../../lib/client/remote/remote.ts";
import type { TempDir } from "../../../testing/temp_dir.ts";

interface Live {
  readonly dir: TempDir;
  readonly url: string;
  readonly program: { readonly stderr: string };
}

/** Overwrites a file twice, with 4 bytes each. */
async function overwriteTwice({ files }: Remote, path: string): Promise<void> {
  for (const content of [1, 2, 3]) {
    const bytes = new Uint8Array(4).fill(content);
    const file = smallFile({ path, bytes, mtimeMs: 0, executable: false });
    await files.writeMany([file], { precondition: { kind: "any" } });
  }
}

/** Overwrites a file, and looks at its versions. */
async function versionsOn({ dir, url }: Live) {
  using database = openAuthDatabase(dir.join("state"));
  const scope = { paths: ["."], actions: ACTIONS, once: false };
  const token = new Tokens(database).add({ name: `t${crypto.randomUUID()}`, ...scope });
  const login = { kind: "token", token } as const;
  await using remote = await openRemote(parseEndpoint(url), { timeoutMs: 5000, login });
  await overwriteTwice(remote, "v");
  const { length } = await remote.versions.of("v");
  return { length, forget: await codeOf(remote.versions.forget("v")) };
}

const keepsOne = async (live: Live) => (await versionsOn(live)).length === 1;

/** In a folder with a quota for one version. */
async function quotaStops(live: Live): Promise<boolean> {
  using database = openAuthDatabase(live.dir.join("state"));
  new Rules(database).add({ subject: "*", effect: "quota", actions: [], path: "box", bytes: 9 });
  await using remote = await openRemote(parseEndpoint(live.url), { timeoutMs: 5000 });
  await overwriteTwice(remote, "box/v");
  return (await remote.versions.of("box/v")).length === 1;
}

/** Prepares a version of two days ago. */
function withOldVersion(dir: TempDir): void {
  const folder = dir.join("root/.ftserver/versions/0");
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(`${folder}/7.${Date.now() - 2 * 24 * 3_600_000}.3.ann.old`, "content");
  Deno.mkdirSync(dir.join("state"), { mode: 0o700 });
  using table = VersionTable.open(dir.join("state/versions.sqlite"), () => {});
  table.seenMs = Date.now();
}

/** By the name of the setting. */
export const VERSION_EFFECTS = {
  "keep-versions": { args: () => ["--keep-versions", "1"], seen: keepsOne },
  "keep-bytes": { args: () => ["--keep-bytes", "5"], seen: keepsOne },
  "keep-days": {
    args: (dir: TempDir) => {
      withOldVersion(dir);
      return ["--keep-days", "1"];
    },
    // It happens before the server is ready.
    seen: ({ program }: Live) => /version\.expired .*versions=1/.test(program.stderr),
  },
  "count-versions": { args: () => ["--count-versions"], seen: quotaStops },
  "forget-own": {
    args: () => ["--forget-own"],
    seen: async (live: Live) => (await versionsOn(live)).forget === "done",
  },
};
