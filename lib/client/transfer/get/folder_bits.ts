/**
 * The permission bits of the folders of a download.
 *
 * @module
 */

/** Folders of a listing, in which a folder comes before its contents. */
export class FolderBits {
  /** Those that the download needs, from the top. */
  readonly needed: Map<string, number | undefined> = new Map<string, number | undefined>();
  /** The folders around the current place in the listing, from the top. */
  readonly #around: { readonly target: string; readonly mode: number | undefined }[] = [];

  /** Takes the next folder. */
  enter(target: string, mode: number | undefined): void {
    this.#leaveUnlessAround(target);
    this.#around.push({ target, mode });
  }

  /** Takes a file or folder that is downloaded: it needs the folders around it, and itself. */
  need(target: string): void {
    this.#leaveUnlessAround(target);
    for (const { target, mode } of this.#around) this.needed.set(target, mode);
  }

  #leaveUnlessAround(target: string): void {
    const holds = (folder: string) => target === folder || target.startsWith(`${folder}/`);
    while (this.#around.length > 0 && !holds(this.#around.at(-1)!.target)) this.#around.pop();
  }
}
