/**
 * Works out which cluster `serve` joins, and with which login.
 *
 * @module
 */

import type { ReadEnv } from "../../../base/environment.ts";
import { FtError } from "../../../base/errors.ts";
import type { BusCredentials } from "../../../cluster/bus_address.ts";
import type { ClusterOptions } from "../../../server/cluster.ts";
import { readSecretFile } from "../../terminal/secrets.ts";
import type { ServerContext } from "../server_context.ts";

/**
 * Returns the cluster of `--cluster`; `undefined` without it.
 *
 * @throws `usage` for an invalid URL, or for a file that other users can read.
 */
export async function joinedCluster(
  { values, readEnv }: Pick<ServerContext, "values" | "readEnv">,
): Promise<ClusterOptions | undefined> {
  const { cluster, "cluster-credentials": file } = values;
  if (cluster === undefined) return undefined;
  const { parseBusAddress } = await import("../../../cluster/bus_address.ts");
  const credentials = file === undefined ? fromEnv(readEnv) : parsed(await readSecretFile(file));
  return { ...parseBusAddress(cluster), credentials };
}

function fromEnv(readEnv: ReadEnv): BusCredentials | undefined {
  const [token, user] = ["TOKEN", "USER"].map((name) => readEnv(`FTSERVER_CLUSTER_${name}`));
  if (token) return { token };
  if (!user) return undefined;
  const password = readEnv("FTSERVER_CLUSTER_PASSWORD");
  if (password) return { user, password };
  const message = "FTSERVER_CLUSTER_USER needs FTSERVER_CLUSTER_PASSWORD";
  throw new FtError("usage", message, { name: "cluster" });
}

/** Reads `USER:PASSWORD`, or else a token. */
function parsed(text: string): BusCredentials {
  const colon = text.indexOf(":");
  if (colon === -1) return { token: text };
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
