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
  #original: { readonly path: string; readonly text: string } | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, "tree");
    this.temp = join(folder, "tmp");
  }

  /** Copies files of the repository, or of another copy. */
  static async create(files: readonly string[], from: string = REPOSITORY): Promise<WorkTree> {
    const tree = new WorkTree(await Deno.makeTempDir({ prefix: "ft_mutate_" }));
    await Deno.mkdir(tree.temp);
    for (const file of files) {
      await Deno.mkdir(dirname(join(tree.path, file)), { recursive: true });
      await Deno.copyFile(join(from, file), join(tree.path, file));
    }
    return tree;
  }

  /** Applies a mutation in place of the previous one. */
  async mutate(mutation: Mutation): Promise<void> {
    await this.restore();
    const path = join(this.path, mutation.file);
    // Not from the repository, whose files may change while the tool runs.
    const text = await Deno.readTextFile(path);
    this.#original = { path, text };
    await Deno.writeTextFile(path, applyEdit(text, mutation));
  }

  /** Takes the mutation back and deletes the temporary files of tests. */
  async restore(): Promise<void> {
    await Deno.remove(this.temp, { recursive: true });
    await Deno.mkdir(this.temp);
    if (this.#original === undefined) return;
    await Deno.writeTextFile(this.#original.path, this.#original.text);
    this.#original = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
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
