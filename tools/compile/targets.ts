/**
 * The systems with executables.
 *
 * @module
 */

/** A system with executables. */
export interface Target {
  /** The name for users, also in file names: `linux-x64`. */
  readonly name: string;
  /** The name in `deno compile --target` and `Deno.build.target`. */
  readonly triple: string;
  /** The npm package with the runtime for it. */
  readonly npmPackage: string;
  /** The suffix of the names of its executables. */
  readonly suffix: "" | ".exe";
  /** Whether it has the shell that the portable form needs. */
  readonly hasShell: boolean;
}

/** Every target, the most used first. */
export const TARGETS: readonly Target[] = [
  {
    name: "linux-x64",
    triple: "x86_64-unknown-linux-gnu",
    npmPackage: "@deno/linux-x64-glibc",
    suffix: "",
    hasShell: true,
  },
  {
    name: "linux-arm64",
    triple: "aarch64-unknown-linux-gnu",
    npmPackage: "@deno/linux-arm64-glibc",
    suffix: "",
    hasShell: true,
  },
  {
    name: "macos-x64",
    triple: "x86_64-apple-darwin",
    npmPackage: "@deno/darwin-x64",
    suffix: "",
    hasShell: true,
  },
  {
    name: "macos-arm64",
    triple: "aarch64-apple-darwin",
    npmPackage: "@deno/darwin-arm64",
    suffix: "",
    hasShell: true,
  },
  {
    name: "windows-x64",
    triple: "x86_64-pc-windows-msvc",
    npmPackage: "@deno/win32-x64",
    suffix: ".exe",
    hasShell: false,
  },
];

/** The programs, with the entry of each. */
export const PROGRAMS = { ftserver: "server", ftclient: "client" } as const;

/** The name of a program. */
export type ProgramName = keyof typeof PROGRAMS;

/**
 * Returns the target of this machine.
 *
 * @throws {Error} If there are no executables for it.
 */
export function hostTarget(triple: string = Deno.build.target): Target {
  const found = TARGETS.find((target) => target.triple === triple);
  if (found === undefined) throw new Error(`No executables for ${triple}`);
  return found;
}
