/**
 * The folder of versions on the disk: content gets a second name there before it loses its own.
 *
 * @module
 */

import { closeSync, constants, fsyncSync, openSync } from "node:fs";
import { linksMissing } from "../base/atomic_name.ts";
import { FtError, hasCode } from "../base/errors.ts";
import { BLOCK_BYTES } from "../base/limits.ts";
import { removeQuietly } from "../base/missing_files.ts";
import { type Facts, look, sameFile } from "./fs_entry.ts";
import type { FsJail, JailedFile } from "./fs_jail.ts";
import { makeFolder } from "./folders.ts";
import { readFully, writeFully } from "./positioned_io.ts";
import type { StorePath } from "./store_path.ts";
import type { SwapGuard } from "./swap_guard.ts";
import { UNFINISHED_VERSION, versionFolder, versionName } from "./version_name.ts";
import type { KeptVersion } from "./store_versions.ts";

/** Attempts to link a file that another program replaces meanwhile. */
const LINK_ATTEMPTS = 4;

/** Content that has a second name. */
export interface SecondName {
  /** Its path on the disk. */
  readonly at: string;
  /** Takes the second name away, and gives the first one back if it has gone. */
  undo(): void;
}

/** Gives second names. */
export class VersionPlace {
  readonly #jail: FsJail;
  readonly #guard: SwapGuard;
  #made: string | undefined;

  constructor(jail: FsJail, guard: SwapGuard) {
    this.#jail = jail;
    this.#guard = guard;
  }

  /** The folder of all versions, which may not exist. */
  get folder(): string {
    return this.#jail.reserved("versions");
  }

  /** The path of a version on the disk. */
  at(version: KeptVersion): string {
    return `${this.folder}/${versionFolder(version.rev)}/${versionName(version)}`;
  }

  /** Creates the folder of a version. @returns The path of the version. */
  reserve(version: KeptVersion): string {
    const folder = `${this.#jail.reserve("versions")}/${versionFolder(version.rev)}`;
    if (this.#made !== folder) makeFolder(folder, 0o700);
    this.#made = folder;
    return this.at(version);
  }

  /** Forgets which folder is there. */
  emptied(): void {
    this.#made = undefined;
  }

  /**
   * Gives the file at a path a second name: a hard link; a copy where the file system has none; the
   * only name if the server cannot read it, so that it is missing for a moment.
   *
   * @returns `null` if the file has gone.
   * @throws `conflict` (retryable) if it is replaced all the time, and what the system reports.
   */
  link(version: KeptVersion): SecondName | null {
    const at = this.reserve(version);
    for (let attempt = 0; attempt < LINK_ATTEMPTS; attempt++) {
      const file = this.#open(version.path);
      if (file === null) return null;
      if (file === "unreadable") return this.#aside(version.path, at);
      try {
        if (!tryLink(file.at, at)) return this.#copy(file.fd, at);
        const linked = look(at);
        if (linked !== null && sameFile(linked, file.facts)) return removable(at);
        removeQuietly(at);
      } finally {
        closeSync(file.fd);
      }
    }
    const message = `file keeps changing: ${version.path}`;
    throw new FtError("conflict", message, { name: version.path, retryable: true });
  }

  /**
   * Takes a file out of the tree.
   *
   * @returns `false` if it is on another file system, where it was copied and keeps its name.
   */
  take(version: KeptVersion, facts: Facts): boolean {
    const { path } = version;
    const at = this.reserve(version);
    try {
      if (this.#guard.exposed(path)) this.#guard.take(path, facts, at);
      else Deno.renameSync(this.#jail.resolve(path), at);
      return true;
    } catch (error) {
      if (!isElsewhere(error)) throw error;
    }
    const file = this.#open(path);
    if (file === null || file === "unreadable") return false;
    try {
      this.#copy(file.fd, at);
      return false;
    } finally {
      closeSync(file.fd);
    }
  }

  #open(path: StorePath): JailedFile | "unreadable" | null {
    try {
      return this.#jail.open(path);
    } catch (error) {
      if (hasCode(error, "not_allowed") && error.cause !== undefined) return "unreadable";
      throw error;
    }
  }

  #aside(path: StorePath, at: string): SecondName | null {
    const facts = this.#jail.look(path);
    if (facts === null) return null;
    if (this.#guard.exposed(path)) this.#guard.take(path, facts, at);
    else Deno.renameSync(this.#jail.resolve(path), at);
    const undo = () => this.#guard.place(at, path, facts, (to) => Deno.renameSync(at, to));
    return { at, undo };
  }

  /** A copy is complete before it has the name of a version. */
  #copy(fd: number, at: string): SecondName {
    const draft = `${this.folder}/${UNFINISHED_VERSION}`;
    removeQuietly(draft);
    const copy = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      const buffer = new Uint8Array(BLOCK_BYTES);
      for (let [offset, count] = [0, buffer.length]; count === buffer.length; offset += count) {
        count = readFully(fd, offset, buffer);
        writeFully(copy, offset, buffer.subarray(0, count));
      }
      fsyncSync(copy);
      Deno.renameSync(draft, at);
      return removable(at);
    } catch (error) {
      removeQuietly(draft);
      throw error;
    } finally {
      closeSync(copy);
    }
  }
}

function removable(at: string): SecondName {
  return { at, undo: () => void removeQuietly(at) };
}

/** @returns `false` where the file system has no links, or none of this file. */
function tryLink(from: string, to: string): boolean {
  try {
    Deno.linkSync(from, to);
    return true;
  } catch (error) {
    if (linksMissing(error)) return false;
    throw error;
  }
}

function isElsewhere(error: unknown): boolean {
  return (error as { code?: string }).code === "EXDEV";
}
