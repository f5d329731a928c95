/**
 * Kinds of files, by their names: how they look in a list, and how they are previewed.
 *
 * @module
 */

/** A kind of file. */
export type Kind = "image" | "video" | "audio" | "pdf" | "text" | "archive" | "file";

const EXTENSIONS: Readonly<Record<Exclude<Kind, "file">, string>> = {
  image: "png jpg jpeg gif webp avif bmp ico",
  video: "mp4 m4v webm mov ogv",
  audio: "mp3 m4a ogg oga opus flac wav aac",
  pdf: "pdf",
  text:
    "txt md markdown csv tsv log json jsonl xml yaml yml toml ini conf cfg html htm css js mjs " +
    "ts tsx jsx py rb rs go c h cc cpp hpp java kt swift sh bash zsh sql diff patch tex svg srt",
  archive: "zip tar gz tgz xz zst bz2 7z rar",
};

const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries(EXTENSIONS).flatMap(([kind, names]) =>
    names.split(" ").map((name) => [name, kind as Kind] as const)
  ),
);

/** Returns the kind of a file. */
export function kindOf(name: string): Kind {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return KINDS.get(extension) ?? "file";
}

/** Whether a file of this name can be shown. */
export function hasPreview(name: string): boolean {
  const kind = kindOf(name);
  return kind !== "archive" && kind !== "file";
}
