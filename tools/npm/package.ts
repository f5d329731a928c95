/**
 * The library as an npm package: JavaScript and type declarations of `mod.ts` and what it imports,
 * file by file.
 *
 * @module
 */

import ts from "typescript";
import { dirname, join } from "node:path/posix";

/** A package. */
export interface NpmPackage {
  /** The modules and `package.json`, by path. */
  readonly files: ReadonlyMap<string, string>;
}

/** What the package is made of. */
export interface PackageSource {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The specifiers that `deno.json` maps, such as `npm:valibot@1.5.0`. */
  readonly imports: Readonly<Record<string, string>>;
  /** Reads a module by its path. */
  readonly read: (path: string) => Promise<string>;
}

const SCRIPT: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
};
const TYPES: ts.CompilerOptions = {
  ...SCRIPT,
  declaration: true,
  isolatedDeclarations: true,
  stripInternal: true,
};

/** Turns a module into JavaScript or into its type declarations. */
type Emit = (text: string, fileName: string) => ts.TranspileOutput;

const emitScript: Emit = (text, fileName) =>
  ts.transpileModule(text, { compilerOptions: SCRIPT, fileName, reportDiagnostics: true });
const emitTypes: Emit = (text, fileName) =>
  ts.transpileDeclaration(text, { compilerOptions: TYPES, fileName, reportDiagnostics: true });

/**
 * Makes the package.
 *
 * @throws {Error} If a module imports something that is neither ours nor mapped to npm.
 */
export async function makePackage(source: PackageSource): Promise<NpmPackage> {
  const dependencies = new Map<string, string>();
  const scripts = await emitAll(source, emitScript, ".js", dependencies);
  // The declarations of the public API refer to few other modules.
  const types = await emitAll(source, emitTypes, ".d.ts", dependencies);
  const manifest = ["package.json", packageJson(source, dependencies)] as const;
  return { files: new Map([...scripts, ...types, manifest]) };
}

/** Emits `mod.ts`, and all modules to which what was emitted refers. */
async function emitAll(
  source: PackageSource,
  emit: Emit,
  extension: string,
  dependencies: Map<string, string>,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const seen = new Set(["mod.ts"]);
  // A set also delivers what is added while it is read.
  for (const path of seen) {
    const { outputText, diagnostics = [] } = emit(await source.read(path), path);
    if (diagnostics.length > 0) {
      const reason = ts.flattenDiagnosticMessageText(diagnostics[0]!.messageText, "\n");
      throw new Error(`${path}: ${reason}`);
    }
    const text = rewriteSpecifiers(outputText, (specifier) => {
      if (specifier.startsWith("node:")) return specifier;
      if (specifier.startsWith(".")) {
        seen.add(join(dirname(path), specifier));
        return specifier.replace(/\.ts$/, ".js");
      }
      const { name, version, file } = npmSpecifier(source.imports, specifier);
      dependencies.set(name, version);
      return name + file;
    });
    files.set(path.replace(/\.ts$/, extension), text);
  }
  return files;
}

/** Replaces the specifiers of imports and exports, and of modules that are addressed as URLs. */
function rewriteSpecifiers(text: string, rewrite: (specifier: string) => string): string {
  const imported = ts.preProcessFile(text).importedFiles.map(({ fileName, pos }) => ({
    specifier: fileName,
    at: text.indexOf(fileName, pos),
  }));
  const addressed = [...text.matchAll(/new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g)].map(
    (match) => ({ specifier: match[1]!, at: match.index + match[0].indexOf(match[1]!) }),
  );
  let rewritten = text;
  for (const { specifier, at } of [...imported, ...addressed].sort((a, b) => b.at - a.at)) {
    rewritten = rewritten.slice(0, at) + rewrite(specifier) +
      rewritten.slice(at + specifier.length);
  }
  return rewritten;
}

function npmSpecifier(imports: PackageSource["imports"], specifier: string) {
  const mapped = /^npm:((?:@[^/]+\/)?[^@/]+)@([^/]+)(\/.*)?$/.exec(imports[specifier] ?? "");
  if (mapped === null) throw new Error(`${specifier} is not mapped to a package of npm`);
  const [, name = "", version = "", file = ""] = mapped;
  return { name, version, file };
}

function packageJson(source: PackageSource, dependencies: ReadonlyMap<string, string>): string {
  const { name, version, license } = source;
  const fields = {
    name,
    version,
    license,
    description: "Serve a folder, transfer files and chat: the library of ftserver and ftclient.",
    type: "module",
    exports: { ".": { types: "./mod.d.ts", default: "./mod.js" } },
    engines: { deno: ">=2.9" },
    dependencies: Object.fromEntries([...dependencies].sort()),
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}
