/**
 * Works out which bucket `serve` serves, and with which credentials.
 *
 * @module
 */

import type { ReadEnv } from "../../../base/environment.ts";
import { FtError } from "../../../base/errors.ts";
import type { StoreCredentials } from "../../../object_store/store_url.ts";
import type { ServedBucket } from "../../../server/served_store.ts";
import { readAuthorities } from "../../terminal/authorities.ts";
import { readPrivateFile } from "../../terminal/secrets.ts";
import type { ServerContext } from "../server_context.ts";

/** The variables with the keys. */
const ACCESS_KEY = "FTSERVER_S3_ACCESS_KEY";
const SECRET_KEY = "FTSERVER_S3_SECRET_KEY";

/**
 * Returns the bucket of `--store`; `undefined` without it.
 *
 * @throws `usage` for an invalid URL, a folder beside it, counted versions, without credentials, or
 *   without a certificate in the file of authorities.
 */
export async function servedBucket(
  { args, values, sources, readEnv }: ServerContext,
): Promise<ServedBucket | undefined> {
  const { store, "store-credentials": file, "store-ca": ca } = values;
  if (store === undefined) return undefined;
  const other = args.length > 0 ? "PATH" : sources.root === "flag" ? "--root" : undefined;
  if (other !== undefined) {
    const message = `${other} and --store both name what to serve: give one of them`;
    throw new FtError("usage", message, { name: "store" });
  }
  if (values["count-versions"]) {
    const message = "--count-versions counts versions in a folder, not with --store: leave it out";
    throw new FtError("usage", message, { name: "count-versions" });
  }
  const { parseStoreUrl } = await import("../../../object_store/store_url.ts");
  const authorities = ca === undefined ? undefined : await readAuthorities(ca, "--store-ca");
  const place = { ...parseStoreUrl(store), authorities };
  const credentials = file === undefined ? keysIn(readEnv) : await keysInFile(file);
  return { place, credentials };
}

function keysIn(readEnv: ReadEnv): StoreCredentials {
  const [accessKey = "", secretKey = ""] = [readEnv(ACCESS_KEY), readEnv(SECRET_KEY)];
  if (accessKey !== "" && secretKey !== "") return { accessKey, secretKey };
  const message = `no credentials for --store: set ${ACCESS_KEY} and ${SECRET_KEY}, or use ` +
    "--store-credentials FILE";
  throw new FtError("usage", message, { name: "store-credentials" });
}

async function keysInFile(path: string): Promise<StoreCredentials> {
  const keys = parseStoreCredentials(await readPrivateFile(path));
  if (keys !== null) return keys;
  const message = `${path} has no credentials: expected a line ACCESS_KEY:SECRET_KEY, or ` +
    "aws_access_key_id and aws_secret_access_key as in ~/.aws/credentials";
  throw new FtError("usage", message, { name: path });
}

/**
 * Finds the keys in the text of a file: a line `ACCESS:SECRET` as s3fs has it, each key on a line of
 * its own, or lines `NAME = KEY`, whose names say which key it is, as other programs have it.
 */
export function parseStoreCredentials(text: string): StoreCredentials | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
    .filter((line) => line !== "" && !/^[#;[]/.test(line));
  const named = (name: RegExp) =>
    lines.map((line) => line.match(/^([\w.-]+)\s*=\s*(\S+)$/))
      .find((match) => match !== null && name.test(match[1]!))?.[2];
  const [access, secret] = [named(/access_key(_id)?$/i), named(/secret(_access)?_key$/i)];
  if (access !== undefined && secret !== undefined) return { accessKey: access, secretKey: secret };
  const [first = "", second] = lines;
  const [accessKey, secretKey = second] = first.split(":");
  const keys = accessKey && secretKey && !/[\s=]/.test(accessKey + secretKey.replace(/=+$/, ""));
  return keys ? { accessKey, secretKey } : null;
}
