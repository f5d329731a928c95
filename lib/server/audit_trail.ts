/**
 * Records in the audit log of a server what users do with its files.
 *
 * @module
 */

import type { AuditEntry } from "../audit/audit_entry.ts";
import { AuditLog } from "../audit/audit_log.ts";
import type { Signer } from "../base/signer.ts";
import type { Logger } from "../base/log.ts";
import type { FileOperation } from "../service/file_event.ts";
import type { UserEvent } from "./user_event.ts";

/** The folder of the audit log in a state folder. */
export function auditDir(state: string): string {
  return `${state}/audit`;
}

/** Options of {@linkcode AuditTrail.open}. */
export interface AuditTrailOptions {
  /** The state folder. */
  readonly state: string;
  /** Signs with the identity of the server. */
  readonly signer: Signer;
  readonly log: Logger;
}

/** Calls that change nothing and move no content are recorded only if they were not allowed. */
const LOOKS: ReadonlySet<FileOperation> = new Set(["list", "stat", "sum"]);

/** The audit log of a server. Disposing it writes what waits. */
export class AuditTrail implements AsyncDisposable {
  readonly #log: AuditLog;

  private constructor(log: AuditLog) {
    this.#log = log;
  }

  /** Opens it. @throws `integrity` if the log was changed. */
  static async open({ state, signer, log }: AuditTrailOptions): Promise<AuditTrail> {
    return new AuditTrail(
      await AuditLog.open(auditDir(state), {
        signer,
        onFault: ({ code, message }, lost) => log.error("audit.fault", { code, message, lost }),
      }),
    );
  }

  /** Records an event, if it is of a kind that is recorded. */
  observe(event: UserEvent): void {
    if (isRecorded(event)) this.#log.add(entryOf(event));
  }

  /** Records something that is no call of a file service. */
  record(entry: AuditEntry): void {
    this.#log.add(entry);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#log[Symbol.asyncDispose]();
  }
}

function isRecorded({ op, result }: UserEvent): boolean {
  return LOOKS.has(op) ? result === "not_allowed" : op !== "get" || result !== "not_found";
}

function entryOf({ op, name, to, bytes, root, result, by }: UserEvent): AuditEntry {
  const { user, remote, dialect } = by;
  return {
    ...{ op, atMs: Date.now(), user, from: remote, door: dialect },
    ...{ name, to, bytes, root, result },
  };
}
