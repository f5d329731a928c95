/**
 * Checks the import graph and the sources against the rules of ARCHITECTURE.md.
 */

import { assert, assertEquals } from "@std/assert";
import { needsProgram } from "../testing/skip.ts";
import { REPOSITORY } from "../testing/repository.ts";
import { join, relative } from "node:path";
import {
  checkForm,
  checkImports,
  checkSource,
  findCircles,
  type ImportGraph,
  rankOf,
  readRanks,
} from "./import_rules.ts";
import { filesBelow } from "../testing/files/same_files.ts";

const MAX_LINES = 300;
const MAX_ENTRY_LINES = 100;
const ENTRIES = ["mod.ts", "server.ts", "client.ts"];

/** The sources of `lib`, by path from the repository's folder. */
async function librarySources(): Promise<Map<string, string>> {
  const names = await filesBelow(join(REPOSITORY, "lib"), "lib/");
  const files = names.filter((name) => /(?<!\.d)\.tsx?$/.test(name));
  return await readAll(files);
}

async function readAll(files: readonly string[]): Promise<Map<string, string>> {
  const pairs = files.map(async (file) =>
    [file, await Deno.readTextFile(join(REPOSITORY, file))] as const
  );
  return new Map(await Promise.all(pairs));
}

/** Asks Deno itself who imports whom, types included. */
async function importGraph(files: readonly string[]): Promise<ImportGraph> {
  const all = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const lines = files.map((file) => `import ${JSON.stringify(join(REPOSITORY, file))};`);
    await Deno.writeTextFile(all, lines.join("\n"));
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", join(REPOSITORY, "deno.json"), all],
      stderr: "inherit",
    }).output();
    assertEquals(code, 0);
    return readGraph(JSON.parse(new TextDecoder().decode(stdout)));
  } finally {
    await Deno.remove(all);
  }
}

interface DenoInfo {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly isDynamic?: boolean;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

function readGraph(info: DenoInfo): ImportGraph {
  const graph = new Map<string, string[]>();
  const base = new URL(`file://${REPOSITORY}/`).href;
  for (const { specifier, dependencies = [] } of info.modules) {
    if (!specifier.startsWith(base) || specifier.endsWith(".d.ts")) continue;
    const targets = dependencies.flatMap(({ code, type }) => [code?.specifier, type?.specifier]);
    const own = targets.filter((target) => target?.startsWith(base));
    graph.set(localName(specifier), [...new Set(own.map((target) => localName(target ?? "")))]);
  }
  return graph;
}

function localName(specifier: string): string {
  return relative(REPOSITORY, decodeURIComponent(new URL(specifier).pathname));
}

const ranks = async () => readRanks(await Deno.readTextFile(join(REPOSITORY, "ARCHITECTURE.md")));

Deno.test("lib imports only lower ranks, and nothing forbidden", async () => {
  const files = [...(await librarySources()).keys()];
  const graph = await importGraph([...files, ...ENTRIES]);
  assertEquals(files.filter((file) => !graph.has(file)), [], "files the graph does not know");
  assert([...graph.values()].flat().length > files.length, "a graph with hardly an edge is wrong");
  assertEquals(checkImports(graph, await ranks()), []);
});

Deno.test("the imports of lib have no circles", async () => {
  const files = [...(await librarySources()).keys()];
  assertEquals(findCircles(await importGraph([...files, ...ENTRIES])), []);
});

Deno.test("tests, faults, bench and tools share code only through testing", async () => {
  const names = await Promise.all(
    ["testing", "tests", "faults", "bench", "tools"].map((folder) =>
      filesBelow(join(REPOSITORY, folder), `${folder}/`)
    ),
  );
  const files = names.flat().filter((name) => name.endsWith(".ts"));
  const graph = await importGraph(files);
  assertEquals(files.filter((file) => !graph.has(file)), [], "files the graph does not know");
  assertEquals(checkImports(graph, await ranks()), []);
  assertEquals(findCircles(graph), []);
});

Deno.test("lib uses the runtime only where permitted", async () => {
  const sources = await librarySources();
  assertEquals([...sources].flatMap(([file, text]) => checkSource(file, text)), []);
});

Deno.test("every file of lib is small and has a module comment", async () => {
  const all = await librarySources();
  // Bundles are as long as all that is in them.
  const sources = [...all].filter(([file]) => !file.startsWith("lib/web/built/"));
  assertEquals(sources.flatMap(([file, text]) => checkForm(file, text, MAX_LINES)), []);
});

Deno.test("the entries only compose", async () => {
  const entries = await readAll(ENTRIES);
  assertEquals([...entries].flatMap(([file, text]) => checkForm(file, text, MAX_ENTRY_LINES)), []);
});

/** What is loaded before a program knows its command: everything that is not imported on the way. */
async function loadedAtStart(entry: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", join(REPOSITORY, entry)],
    stderr: "inherit",
  }).output();
  const { modules }: DenoInfo = JSON.parse(new TextDecoder().decode(stdout));
  const loaded = new Set<string>([new URL(`file://${REPOSITORY}/${entry}`).href]);
  for (const specifier of loaded) {
    const found = modules.find((module) => module.specifier === specifier);
    for (const { code, isDynamic } of found?.dependencies ?? []) {
      if (!isDynamic && code?.specifier !== undefined) loaded.add(code.specifier);
    }
  }
  return [...loaded];
}

Deno.test("the programs load no heavy module before they know their command", async () => {
  for (const entry of ["server.ts", "client.ts"]) {
    const loaded = await loadedAtStart(entry);
    assert(loaded.length > 10, `${entry} loads ${loaded}`);
    // node:crypto alone doubles the time to --version.
    const heavy = loaded.filter((url) => /^(node|npm):/.test(url) && !url.includes("deno-std@"));
    assertEquals(heavy, [], entry);
  }
});

Deno.test("a server without HTTP access loads nothing of it but its listener", async () => {
  for (const entry of ["lib/cli/server/commands/serve.ts", "mod.ts"]) {
    const loaded = await loadedAtStart(entry);
    const web = loaded.filter((url) => url.includes("/lib/web/") || /media_types|saxes/.test(url));
    assertEquals(web.filter((url) => !/\/web_(listener|options)\.ts$/.test(url)), [], entry);
  }
});

Deno.test({
  name: "readRanks parses the picture, including files with their own rank",
  permissions: "none",
  fn() {
    const found = readRanks(
      "lib/\n  base/   errors   rank 0\n  service/files.ts  the waist  rank 0\n" +
        "  service/   over a store  rank 2\n  cli/log/   lines   rank 7\nno room here, rank 9\n",
    );
    assertEquals([...found], [["base", 0], ["service/files", 0], ["service", 2], ["cli/log", 7]]);
    assertEquals(rankOf("lib/cli/log/deeper/x.ts", found), 7);
    assertEquals(rankOf("lib/cli/x.ts", found), undefined);
    assertEquals(rankOf("lib/service/files.ts", found), 0);
    assertEquals(rankOf("lib/service/file_service.ts", found), 2);
    assertEquals(rankOf("lib/attic/x.ts", found), undefined);
  },
});

const MADE_UP = new Map([
  ...[["base", 0], ["wire", 1], ["net", 1], ["storage", 1], ["service", 2], ["service/files", 0]],
  ...[["dialects", 3], ["server", 4], ["client", 4], ["cli", 5]],
] as [string, number][]);

/** What `checkImports` says of a house with one import. */
function judge(from: string, to: string): number {
  return checkImports(new Map([[from, [to]]]), MADE_UP).length;
}

Deno.test({
  name: "checkImports lets a file import lower ranks and its own room",
  permissions: "none",
  fn() {
    assertEquals(judge("lib/wire/a.ts", "lib/base/b.ts"), 0);
    assertEquals(judge("lib/wire/a.ts", "lib/wire/b.ts"), 0);
    assertEquals(judge("lib/client/a.ts", "lib/service/files.ts"), 0);
    assertEquals(judge("server.ts", "lib/cli/a.ts"), 0);
    assertEquals(judge("testing/a.ts", "lib/cli/a.ts"), 0);
    assertEquals(judge("faults/a.ts", "testing/b.ts"), 0);
    assertEquals(judge("tests/faults/a.ts", "faults/b.ts"), 0);
    assertEquals(judge("tests/bench/a.ts", "bench/b.ts"), 0);
    assertEquals(judge("tests/dist/a.ts", "tools/b.ts"), 0);
  },
});

Deno.test({
  name: "checkImports refuses each kind of forbidden import",
  permissions: "none",
  fn() {
    const forbidden = [
      ["lib/base/a.ts", "lib/wire/b.ts"],
      ["lib/wire/a.ts", "lib/net/b.ts"],
      ["lib/storage/a.ts", "lib/net/b.ts"],
      ["lib/dialects/native/a.ts", "lib/storage/store.ts"],
      ["lib/client/a.ts", "lib/service/file_service.ts"],
      ["lib/client/a.ts", "lib/server/server.ts"],
      ["lib/service/files.ts", "lib/service/file_service.ts"],
      ["lib/cli/a.ts", "server.ts"],
      ["lib/cli/a.ts", "tools/demo.ts"],
      ["testing/a.ts", "tests/b.ts"],
      ["testing/a.ts", "faults/b.ts"],
      ["tests/wire/a.ts", "faults/b.ts"],
      ["tests/wire/a.ts", "tools/b.ts"],
      ["tests/wire/a.ts", "bench/b.ts"],
      ["faults/a.ts", "bench/b.ts"],
      ["bench/a.ts", "tools/b.ts"],
      ["tools/a.ts", "tests/b.ts"],
    ] as const;
    for (const [from, to] of forbidden) assertEquals(judge(from, to), 1, `${from} -> ${to}`);
    assertEquals(checkImports(new Map([["lib/attic/a.ts", []]]), MADE_UP).length, 1);
  },
});

Deno.test({
  name: "checkSource finds forbidden code, and ignores comments and strings",
  permissions: "none",
  fn() {
    assertEquals(checkSource("lib/wire/a.ts", "const x = Deno.build;").length, 1);
    assertEquals(checkSource("lib/wire/a.ts", "`${Deno.cwd()}`").length, 1);
    assertEquals(checkSource("lib/wire/a.ts", '"ft://" + Deno.cwd()').length, 1);
    assertEquals(checkSource("lib/wire/a.ts", "/** Deno.cwd */ // Deno.cwd\n'Deno.cwd'"), []);
    assertEquals(checkSource("lib/storage/a.ts", "Deno.open('a')"), []);
    assertEquals(checkSource("lib/storage/a.ts", "console.log(1)").length, 1);
    assertEquals(checkSource("lib/server/a.ts", "Deno.exit(1)").length, 1);
    assertEquals(checkSource("lib/server/a.ts", "if (confirm('?')) prompt()").length, 1);
    assertEquals(checkSource("lib/server/a.ts", "terminal.prompt()"), []);
    assertEquals(checkSource("lib/client/a.ts", "await Deno.connect({})").length, 1);
    assertEquals(checkSource("lib/net/a.ts", "await Deno.connect({})"), []);
    assertEquals(checkSource("lib/cli/a.ts", "console.log(Deno.stdout)"), []);
  },
});

Deno.test({
  name: "checkForm requires a module comment and few lines",
  permissions: "none",
  fn() {
    const good = "/**\n * Says.\n *\n * @module\n */\nexport {};\n";
    assertEquals(checkForm("a.ts", good, 6), []);
    assertEquals(checkForm("a.ts", good, 5).length, 1);
    assertEquals(checkForm("a.ts", "/** No tag. */\nexport {};\n/** @module */\n", 9).length, 1);
  },
});

/** Everything that may stand at the top of the repository. */
const TOP = [
  ...[".ci", ".gitattributes", ".github", ".gitignore", "ARCHITECTURE.md", "CHANGELOG.md"],
  ...["CONTRIBUTING.md", "LICENSE", "README.md", "bench", "client.ts", "deno.json", "deno.lock"],
  ...["docs", "faults", "lib", "mod.ts", "packaging", "server.ts", "testing", "tests", "tools"],
];

Deno.test({
  name: "nothing that a test left behind is in the repository",
  ...await needsProgram("git", "-C", REPOSITORY, "rev-parse"),
  async fn() {
    const args = ["-C", REPOSITORY, "ls-tree", "--name-only", "HEAD"];
    const { stdout } = await new Deno.Command("git", { args }).output();
    const names = new TextDecoder().decode(stdout).trim().split("\n");
    assertEquals(names.filter((name) => !TOP.includes(name)), []);
  },
});
