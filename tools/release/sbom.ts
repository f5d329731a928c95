/**
 * Lists the third-party components of the executables as a CycloneDX document.
 *
 * @module
 */

/** The relevant parts of deno.lock. */
export interface Lock {
  readonly npm?: Readonly<Record<string, { readonly integrity?: string }>>;
}

/** An npm package in the import graph of the programs. */
export interface UsedPackage {
  readonly name: string;
  readonly version: string;
}

/** The content of a document. */
export interface SbomFacts {
  readonly version: string;
  /** The version of the runtime. */
  readonly deno: string;
  readonly packages: readonly UsedPackage[];
  readonly lock: Lock;
}

function component({ name, version }: UsedPackage, lock: Lock): Record<string, unknown> {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const digest = integrityOf(`${name}@${version}`, lock)?.match(/^sha512-(.+)$/)?.[1];
  const hashes = digest === undefined
    ? {}
    : { hashes: [{ alg: "SHA-512", content: hexOf(digest) }] };
  return { type: "library", "bom-ref": purl, name, version, purl, ...hashes };
}

/** Looks up a digest. A key of the lock may include resolved peers: `a@1.0.0_b@2.0.0`. */
function integrityOf(key: string, { npm = {} }: Lock): string | undefined {
  const found = Object.keys(npm).find((known) => known === key || known.startsWith(`${key}_`));
  return found === undefined ? undefined : npm[found]?.integrity;
}

function hexOf(base64: string): string {
  return Uint8Array.fromBase64(base64).toHex();
}

/**
 * Renders the document. The same facts give the same text.
 *
 * @example
 * ```ts
 * import { sbom } from "./sbom.ts";
 *
 * const packages = [{ name: "@a/b", version: "1.0.0" }];
 * const text = sbom({ version: "2.0.0", deno: "2.9.6", packages, lock: {} });
 * if (!text.includes("pkg:npm/%40a/b@1.0.0")) throw new Error(text);
 * ```
 */
export function sbom({ version, deno, packages, lock }: SbomFacts): string {
  const known = [...new Map(packages.map((used) => [`${used.name}@${used.version}`, used]))]
    .toSorted(([a], [b]) => a < b ? -1 : 1);
  const runtime = {
    type: "framework",
    "bom-ref": `pkg:github/denoland/deno@v${deno}`,
    name: "deno",
    version: deno,
    purl: `pkg:github/denoland/deno@v${deno}`,
  };
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", name: "ft", version } },
    components: [runtime, ...known.map(([, used]) => component(used, lock))],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
