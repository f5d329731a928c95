/**
 * The runtime refuses everything that the executables have no permission for.
 */

import { assert, assertEquals } from "@std/assert";
import { makeNative, permissionFlags } from "../../tools/compile/native.ts";
import { hostTarget } from "../../tools/compile/targets.ts";
import { executable, FreshMachine } from "./fresh_machine.ts";

/** Tries what the programs must not be able to do, and prints the results. */
const PROBE = `
const tries = {
  run: () => new Deno.Command("true").outputSync(),
  env: () => Deno.env.get("PATH"),
  allEnv: () => Deno.env.toObject(),
  sys: () => Deno.hostname(),
  ffi: () => Deno.dlopen("libc.so.6", {}),
  home: () => Deno.env.get("HOME"),
  ours: () => Deno.env.get("FTCLIENT_HOST"),
};
const result = {};
for (const [name, attempt] of Object.entries(tries)) {
  try {
    attempt();
    result[name] = "allowed";
  } catch (error) {
    result[name] = error.name;
  }
}
console.log(JSON.stringify(result));
`;

/** Creates an executable like \`ftclient\` is, but with the probe as its program. */
async function probeExecutable(machine: FreshMachine): Promise<string> {
  const [script, output] = [machine.path("client.js"), machine.path("probe")];
  await Deno.writeTextFile(script, PROBE);
  const bytes = await Deno.readFile(executable("ftclient"));
  const isScript = new TextDecoder().decode(bytes.subarray(0, 9)) === "#!/bin/sh";
  if (isScript) {
    const start = new TextDecoder().decode(bytes.subarray(0, 16 * 1024));
    const offset = Number(start.match(/tail -c \+(\d+)/)?.[1]);
    const launcher = new TextDecoder().decode(bytes.subarray(0, offset - 1));
    const probing = launcher.replace(/"\$ft_dir\/client\.js" "\$@"/, `"${script}"`);
    assert(probing !== launcher, "the launcher starts the program in another way");
    await Deno.writeTextFile(output, probing, { mode: 0o755 });
  } else {
    const bundle = { folder: machine.path(""), files: ["client.js"], addressed: [] };
    await makeNative(bundle, "ftclient", hostTarget(), output);
  }
  return output;
}

Deno.test("operations without a permission are refused", async () => {
  await using machine = await FreshMachine.create();
  await machine.run("ftclient", ["--version"]);
  const { code, stdout, stderr } = await machine.run(await probeExecutable(machine), []);
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout), {
    ...{ run: "NotCapable", env: "NotCapable", allEnv: "NotCapable" },
    ...{ sys: "NotCapable", ffi: "NotCapable", home: "allowed", ours: "allowed" },
  });
});

Deno.test("the programs have only net, read, write and named variables", async () => {
  for (const program of ["ftserver", "ftclient"] as const) {
    const names = (await permissionFlags(program)).map((flag) =>
      flag.replace(/^(--allow-env)=.*/, "$1")
    );
    const own = program === "ftserver" ? ["--allow-sys=networkInterfaces,statfs"] : [];
    assertEquals(names.toSorted(), [
      ...["--allow-env", "--allow-net", "--allow-read", ...own, "--allow-write", "--no-prompt"],
    ]);
  }
});
