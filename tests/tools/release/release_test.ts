import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { REPOSITORY } from "../../../testing/repository.ts";
import { PROGRAMS, TARGETS } from "../../../tools/compile/targets.ts";
import { fill } from "../../../tools/compile/fill.ts";
import { join } from "node:path";
import { releaseNotes } from "../../../tools/release/notes.ts";
import { sbom } from "../../../tools/release/sbom.ts";

const read = (name: string) => Deno.readTextFile(join(REPOSITORY, name));

Deno.test({
  name: "releaseNotes extracts one version, and refuses one that the changelog lacks",
  permissions: "none",
  fn() {
    const changelog = "# C\n\n## [Unreleased]\n\n## [1.0.0] - today\n\n### Added\n\n- A.\n";
    assertEquals(releaseNotes(changelog, "1.0.0"), "### Added\n\n- A.\n");
    assertThrows(() => releaseNotes(changelog, "1.0"), Error, "no text for 1.0");
    assertThrows(() => releaseNotes(changelog, "Unreleased"), Error);
  },
});

Deno.test({
  name: "sbom has each package once, with the digest of the lock, and the runtime",
  permissions: "none",
  fn() {
    const used = { name: "@a/b", version: "1.0.0" };
    const lock = { npm: { "@a/b@1.0.0_c@2.0.0": { integrity: "sha512-AQID" } } };
    const { components } = JSON.parse(
      sbom({ version: "1", deno: "2.9.6", packages: [used, { ...used }], lock }),
    );
    assertEquals(components.map(({ name }: { name: string }) => name), ["deno", "@a/b"]);
    assertEquals(components[1].hashes, [{ alg: "SHA-512", content: "010203" }]);
  },
});

Deno.test("the Homebrew formula and the Scoop manifest name every executable", async () => {
  const [formula, manifest] = [
    await read("packaging/homebrew/ft.rb"),
    await read("packaging/scoop/ft.json"),
  ];
  for (const { name, suffix } of TARGETS) {
    for (const program of Object.keys(PROGRAMS)) {
      const asset = `${program}-${name}${suffix}`;
      const page = suffix === "" ? formula : manifest;
      assertStringIncludes(page, `/v@VERSION@/${asset}`);
      assertStringIncludes(page, `@SHA256:${asset}@`);
    }
  }
  JSON.parse(fill(manifest, () => "x"));
});

Deno.test("tasks and scripts of the workflows exist", async () => {
  const config = await read("deno.json");
  for (const name of ["ci.yml", "release.yml"]) {
    const workflow = await read(`.github/workflows/${name}`);
    for (const [, task] of workflow.matchAll(/\bdeno task ([\w:]+)/g)) {
      assert(config.includes(`"${task}":`), `${name}: there is no task ${task}`);
    }
    for (const [, path] of workflow.matchAll(/\bbash (\S+)|\btests\/\S+\.ts/g)) {
      if (path !== undefined) assert((await Deno.stat(join(REPOSITORY, path))).isFile);
    }
  }
});

Deno.test("the workflows use the same version of Deno as the gate", async () => {
  const wanted = (await read(".ci/run")).match(/^version=(\S+)$/m)?.[1];
  const found = [...(await read(".github/workflows/release.yml")).matchAll(/deno-version: (\S+)/g)];
  assert(found.length > 0);
  for (const [, version] of found) assertEquals(version, wanted);
});
