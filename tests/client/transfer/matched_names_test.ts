import { assertEquals, assertRejects } from "@std/assert";
import { FtError, notFound } from "../../../lib/base/errors.ts";
import { isGlob } from "../../../lib/client/transfer/glob.ts";
import { matchedNames, soleName } from "../../../lib/client/transfer/matched_names.ts";
import type { FileInfo, Files } from "../../../lib/service/files.ts";
import { fileInfo } from "../../../testing/cli/fake_context.ts";
import { pure } from "../../../testing/pure.ts";

/** The files of a server that has these paths; a path that ends with a slash is a folder. */
function serving(...paths: readonly string[]): Files {
  const infos = paths.map((path) => {
    const name = path.replace(/\/$/, "");
    return name === path ? fileInfo(name) : fileInfo(name, { type: "dir", bytes: 0 });
  });
  const files: Pick<Files, "stat" | "list"> = {
    stat(path) {
      const info = infos.find((info) => info.path === path);
      return info === undefined ? Promise.reject(notFound(path)) : Promise.resolve(info);
    },
    async *list(dir, { recursive, signal } = {}) {
      const prefix = dir === "." ? "" : `${dir}/`;
      if (prefix !== "") await files.stat(dir);
      for (const info of infos) {
        signal?.throwIfAborted();
        const rest = info.path.startsWith(prefix) ? info.path.slice(prefix.length) : "";
        if (rest !== "" && (recursive || !rest.includes("/"))) yield info;
      }
    },
  };
  return files as Files;
}

/** The names that match, or the codes of errors. */
async function found(files: Files, typed: readonly string[], take: "all" | "files" | "trees") {
  const matches = await matchedNames(files, typed, { take });
  return matches.map((match) =>
    "error" in match ? `${match.error.code} ${match.name}` : match.name
  );
}

pure("isGlob tells patterns from names with an unclosed or escaped character", () => {
  for (const text of ["*", "a?b", "[ab]c", "a/**", "x{a,b}y", "a/*/b"]) {
    assertEquals(isGlob(text), true, text);
  }
  for (const text of ["", "a", "a/b", "a[b", "a]b", "{a}", "{a,b", "\\*", "a\\[b]", "a}b{"]) {
    assertEquals(isGlob(text), false, text);
  }
});

const TREE = ["a.jpg", "b.jpg", "c.txt", "d/", "d/a.jpg", "d/e/", "d/e/f.jpg", "x*.jpg", "[x]/"];

pure("matchedNames matches names of each kind of pattern", async () => {
  const files = serving(...TREE, "[x]/g.jpg", "x/", "x/h.jpg");
  const cases: [pattern: string, names: string[]][] = [
    ["*.jpg", ["a.jpg", "b.jpg", "x*.jpg"]],
    ["?.jpg", ["a.jpg", "b.jpg"]],
    ["[!a].jpg", ["b.jpg"]],
    ["{a,c}.*", ["a.jpg", "c.txt"]],
    ["d/*", ["d/a.jpg", "d/e"]],
    ["./d//*.jpg", ["d/a.jpg"]],
    ["d/**", ["d/a.jpg", "d/e", "d/e/f.jpg"]],
    ["d/**/*.jpg", ["d/a.jpg", "d/e/f.jpg"]],
    ["{d/e,d}/*.jpg", ["d/a.jpg", "d/e/f.jpg"]],
    // Names that exist as typed are no patterns; neither are folders that begin one.
    ["x*.jpg", ["x*.jpg"]],
    ["[x]", ["[x]"]],
    ["[x]/*", ["[x]/g.jpg"]],
    // Only the server knows other names.
    ["nope", ["nope"]],
    ["a[b", ["a[b"]],
  ];
  for (const [pattern, names] of cases) {
    assertEquals(await found(files, [pattern], "all"), names, pattern);
  }
});

pure("matchedNames takes files without folders, or folders without what is below", async () => {
  const files = serving(...TREE);
  assertEquals(await found(files, ["d/**"], "files"), ["d/a.jpg", "d/e/f.jpg"]);
  assertEquals(await found(files, ["d/e*"], "files"), ["d/e"]);
  assertEquals(await found(files, ["d/**"], "trees"), ["d/a.jpg", "d/e"]);
  assertEquals(
    await found(files, ["**"], "trees"),
    TREE.filter((name) => !/^d\/./.test(name)).map(
      (name) => name.replace(/\/$/, ""),
    ),
  );
});

pure("matchedNames names a pattern without a match, and goes on with the others", async () => {
  const files = serving(...TREE);
  const typed = ["*.none", "no/*", "c.txt/*", "a.jpg", "a.*", "a.jpg"];
  assertEquals(await found(files, typed, "all"), [
    ...["not_found *.none", "not_found no/*", "not_found c.txt/*", "a.jpg", "a.jpg"],
  ]);
  const error = await assertRejects(() => soleName(files, "*.none"), FtError);
  assertEquals([error.exitCode, error.message], [3, "not found: nothing matches *.none"]);
  const several = await assertRejects(() => soleName(files, "*.jpg"), FtError);
  assertEquals(several.exitCode, 2);
  assertEquals(await soleName(files, "c.*"), "c.txt");
});

pure(
  "matchedNames refuses listed paths outside the folder (server-sends-traversal-name)",
  async () => {
    for (const path of ["../x.jpg", "/x.jpg", "other/x.jpg", "d/../x.jpg", "d/..\\x.jpg"]) {
      const files: Partial<Files> = {
        stat: (name) => Promise.reject(notFound(name)),
        async *list(): AsyncGenerator<FileInfo> {
          yield fileInfo("d/a.jpg");
          yield fileInfo(path);
        },
      };
      assertEquals(await found(files as Files, ["d/*"], "all"), ["protocol d/*"], path);
    }
  },
);

pure("matchedNames throws a lost connection, and the reason of its signal", async () => {
  const lost = new FtError("network", "lost");
  const losing: Partial<Files> = { stat: () => Promise.reject(lost) };
  const matching = matchedNames(losing as Files, ["*"], { take: "all" });
  assertEquals(await assertRejects(() => matching), lost);
  const reason = new FtError("interrupted", "interrupted");
  const signal = AbortSignal.abort(reason);
  const stopped = matchedNames(serving("a"), ["*"], { take: "all", signal });
  assertEquals(await assertRejects(() => stopped), reason);
});

pure("matchedNames stops at the maximum number of names that it keeps", async () => {
  const info = fileInfo(Array(16).fill("n".repeat(250)).join("/"));
  const endless: Partial<Files> = {
    stat: (name) => Promise.reject(notFound(name)),
    async *list(): AsyncGenerator<FileInfo> {
      while (true) yield info;
    },
  };
  assertEquals(await found(endless as Files, ["**"], "all"), ["limit **"]);
});
