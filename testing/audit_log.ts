/**
 * A state folder with an audit log.
 *
 * @module
 */

import { AuditLog } from "../lib/audit/audit_log.ts";
import { signerWith } from "../lib/base/signer.ts";
import { openIdentity } from "../lib/net/tls_identity.ts";
import { auditDir } from "../lib/server/audit_trail.ts";

/** Creates the folder, with a log of two entries, which are from 1970. */
export async function writeAuditLog(state: string): Promise<void> {
  await Deno.mkdir(state, { mode: 0o700 });
  const { key } = await openIdentity(state);
  const onFault = (error: Error) => {
    throw error;
  };
  await using log = await AuditLog.open(auditDir(state), { signer: signerWith(key), onFault });
  log.add({ op: "put", atMs: 0, user: "ana", name: "a" });
  log.add({ op: "get", atMs: 1, user: "ben", name: "b/c" });
}
