/**
 * Works out which cluster `serve` joins, and with which login.
 *
 * @module
 */

import type { ReadEnv } from "../../../base/environment.ts";
import { FtError } from "../../../base/errors.ts";
import type { BusCredentials } from "../../../cluster/bus_address.ts";
import type { ClusterOptions } from "../../../server/cluster.ts";
import { readAuthorities } from "../../terminal/authorities.ts";
import { firstLineOf, readPrivateFile } from "../../terminal/secrets.ts";
import type { ServerContext } from "../server_context.ts";

/** The seed of the nkey of a user: base32, with a checksum. */
const SEED = /^SU[A-Z2-7]{56}$/;

/**
 * Returns the cluster of `--cluster`; `undefined` without it.
 *
 * @throws `usage` for an invalid URL, for credentials that other users can read, or without a
 *   certificate in the file of authorities.
 */
export async function joinedCluster(
  { values, readEnv }: Pick<ServerContext, "values" | "readEnv">,
): Promise<ClusterOptions | undefined> {
  const { cluster, "cluster-credentials": file, "cluster-ca": ca } = values;
  if (cluster === undefined) return undefined;
  const { parseBusAddress } = await import("../../../cluster/bus_address.ts");
  const address = parseBusAddress(cluster);
  const credentials = file === undefined ? fromEnv(readEnv) : await fromFile(file);
  const authorities = ca === undefined ? undefined : await readAuthorities(ca, "--cluster-ca");
  return { ...address, credentials, authorities };
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

/** Reads credentials as `nsc` makes them, the seed of an nkey, `USER:PASSWORD`, or else a token. */
async function fromFile(path: string): Promise<BusCredentials> {
  const text = await readPrivateFile(path);
  if (text.includes("BEGIN NATS USER JWT")) return { creds: text };
  const line = firstLineOf(text, path);
  if (SEED.test(line)) return { seed: line };
  const colon = line.indexOf(":");
  if (colon === -1) return { token: line };
  return { user: line.slice(0, colon), password: line.slice(colon + 1) };
}
