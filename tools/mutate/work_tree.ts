/**
 * A copy of the repository in which one file at a time is mutated.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { REPOSITORY } from "../../testing/repository.ts";
import { applyEdit } from "./edit.ts";
import type { Mutation } from "./mutations.ts";

/** A copy of all files that git does not ignore; disposing deletes it. */
export class WorkTree implements AsyncDisposable {
  /** The root of the copy. */
  readonly path: string;
  /** The folder for temporary files of tests, which a killed test leaves behind. */
  readonly temp: string;
  readonly #folder: string;
  #mutated: string | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, "tree");
    this.temp = join(folder, "tmp");
  }

  /** Copies the repository. */
  static async create(files: readonly string[]): Promise<WorkTree> {
    const tree = new WorkTree(await Deno.makeTempDir({ prefix: "ft_mutate_" }));
    await Deno.mkdir(tree.temp);
    for (const file of files) await tree.#copy(file);
    return tree;
  }

  /** Applies a mutation in place of the previous one. */
  async mutate(mutation: Mutation): Promise<void> {
    await this.restore();
    this.#mutated = mutation.file;
    const text = await Deno.readTextFile(join(REPOSITORY, mutation.file));
    await Deno.writeTextFile(join(this.path, mutation.file), applyEdit(text, mutation));
  }

  /** Takes the mutation back and deletes the temporary files of tests. */
  async restore(): Promise<void> {
    await Deno.remove(this.temp, { recursive: true });
    await Deno.mkdir(this.temp);
    if (this.#mutated !== undefined) await this.#copy(this.#mutated);
    this.#mutated = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #copy(file: string): Promise<void> {
    await Deno.mkdir(dirname(join(this.path, file)), { recursive: true });
    await Deno.copyFile(join(REPOSITORY, file), join(this.path, file));
  }
}

/** Lists the files that git tracks or would track. */
export async function repositoryFiles(): Promise<string[]> {
  const { code, stdout } = await new Deno.Command("git", {
    args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
    cwd: REPOSITORY,
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error("Cannot list the files of the repository");
  return new TextDecoder().decode(stdout).split("\0").filter((file) => file !== "");
}
