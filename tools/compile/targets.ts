/**
 * The systems that executables are made for.
 *
 * @module
 */

/** A system that executables are made for. */
export interface Target {
  /** As users read it, and in file names: `linux-x64`. */
  readonly name: string;
  /** As `deno compile --target` has it, and `Deno.build.target`. */
  readonly triple: string;
  /** The npm package that holds the runtime for it. */
  readonly npmPackage: string;
  /** What its executables' names end in. */
  readonly suffix: "" | ".exe";
  /** Whether it has the shell that the portable form starts with. */
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

/** The programs there are executables of, and the entry each is made from. */
export const PROGRAMS = { ftserver: "server", ftclient: "client" } as const;

/** The name of a program. */
export type ProgramName = keyof typeof PROGRAMS;

/**
 * The target that this machine is.
 *
 * @throws {Error} When there are no executables for it.
 */
export function hostTarget(triple: string = Deno.build.target): Target {
  const found = TARGETS.find((target) => target.triple === triple);
  if (found === undefined) throw new Error(`There are no executables for ${triple}`);
  return found;
}
