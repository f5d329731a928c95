/**
 * `ftclient doctor`.
 *
 * @module
 */

import { EXIT_CODES } from "../../../base/errors.ts";
import type { Finding } from "../../../client/doctor.ts";
import type { ClientContext } from "../client_context.ts";
import { type Output, paint, type Style } from "../../terminal/output.ts";

const STYLES: Record<Finding["verdict"], Style> = {
  ok: "green",
  warning: "yellow",
  failed: "red",
  unknown: "dim",
};

/** Prints the findings with advice. The first failure decides the exit code. */
export async function runDoctor({ values, out, open, signal }: ClientContext): Promise<number> {
  const { diagnose } = await import("../../../client/doctor.ts");
  const { parseEndpoints } = await import("../../../client/remote/endpoints.ts");
  const timeoutMs = values.timeout * 1000;
  let code = 0;
  // `opener()` has already rejected a missing host.
  for (const only of parseEndpoints(values.host!)) {
    for await (const finding of diagnose(only, { open: () => open({ only }), timeoutMs, signal })) {
      show(finding, out);
      if (finding.verdict === "failed" && code === 0) code = EXIT_CODES[finding.code ?? "internal"];
    }
  }
  return code;
}

function show(finding: Finding, out: Output): void {
  if (out.json) return out.object(finding);
  const { check, verdict, detail, advice } = finding;
  out.line(paint(STYLES[verdict], verdict.padEnd(8)), check.padEnd(9), detail);
  if (advice !== undefined) out.line(" ".repeat(17), advice);
  out.flush();
}
