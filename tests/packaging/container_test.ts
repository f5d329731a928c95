/** The container image: its server has the permissions of the programs, and no others. */

import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { programFromTask } from "../../testing/programs/program.ts";
import { REPOSITORY } from "../../testing/repository.ts";

Deno.test("the container image starts the server with the permissions of its task", async () => {
  const text = await Deno.readTextFile(join(REPOSITORY, "packaging/docker/Dockerfile"));
  const [, words = ""] = /^ENTRYPOINT (\[.*\])$/m.exec(text)!;
  const [, ...args] = JSON.parse(words) as string[];
  const permissions = (all: readonly string[]) => all.filter((arg) => arg.startsWith("--allow-"));
  const { args: task } = await programFromTask("ftserver");
  assertEquals(permissions(args).toSorted(), permissions(task).toSorted());
});
