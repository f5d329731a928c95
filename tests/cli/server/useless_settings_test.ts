/**
 * Users, tokens and rules that could never have an effect are refused or pointed out.
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openAuthDatabase } from "../../../lib/auth/auth_database.ts";
import { Rules } from "../../../lib/auth/rules.ts";
import { Tokens } from "../../../lib/auth/tokens.ts";
import { FtError } from "../../../lib/base/errors.ts";
import { MAX_PASSWORD_CHARS } from "../../../lib/base/limits.ts";
import { runServer } from "../../../lib/cli/server/server_program.ts";
import { openRemote } from "../../../lib/client/open_remote.ts";
import { parseEndpoint } from "../../../lib/client/remote/endpoint.ts";
import { openIdentity } from "../../../lib/net/tls_identity.ts";
import { capturedHost } from "../../../testing/cli/captured.ts";
import { tempDir } from "../../../testing/temp_dir.ts";
import { testServer } from "../../../testing/test_server.ts";

/** Runs `ftserver` on a state folder. */
async function run(state: string, words: string, password = "right one") {
  const host = capturedHost({ FTSERVER_PASSWORD: password });
  const code = await runServer([...words.split(" "), "--state", state], host);
  return { code, stdout: host.stdout.text, stderr: host.stderr.text };
}

Deno.test("user add accepts each password that a login can send, and no longer one", async () => {
  await using live = await testServer({ listen: ["fts://127.0.0.1:0"], anonymous: "none" });
  const longest = "p".repeat(MAX_PASSWORD_CHARS);
  assertEquals((await run(live.state, "user add ana --role read", longest)).code, 0);
  const trust = { pin: (await openIdentity(live.state)).pin };
  const login = { kind: "password", user: "ana", password: longest } as const;
  await using remote = await openRemote(parseEndpoint(live.url), {
    ...{ timeoutMs: 10_000, trust, login },
  });
  assertEquals(await Array.fromAsync(remote.files.list(".")), []);
  for (const words of ["user add bob --role read", "user passwd ana"]) {
    const { code, stderr } = await run(live.state, words, `${longest}p`);
    assertEquals(code, 2);
    assertMatch(stderr, /the password has 1025 characters, but a login sends at most 1024/);
  }
});

Deno.test("ftserver refuses rules and tokens that could never have an effect", async () => {
  await using dir = await tempDir();
  const state = dir.join("state");
  for (const user of ["ana --role read", "root --role admin"]) await run(state, `user add ${user}`);
  const token = "token add t --paths a --actions read --expires";
  const refused: [words: string, message: RegExp][] = [
    ["acl add ana deny read private/*", /private\/\* is a pattern.*; did you mean private\?/],
    ["acl add ana dropbox *", /is a pattern/],
    ["acl add ana quota 1M in/**", /is a pattern/],
    [`acl add ana deny read ${dir.path}`, /is a path on this machine/],
    ["acl add ana allow , a", /action: expected one of/],
    ["acl explain ana read a/*", /is a pattern/],
    ["token add t --paths a/* --actions read", /is a pattern/],
    [`token add t --paths ${dir.path} --actions read`, /is a path on this machine/],
    [`${token} 0s`, /from 1s to 36500d, got "0s"/],
    [`${token} 36501d`, /from 1s to 36500d/],
    ["token add \u0007 --paths a --actions read", /invalid token name/],
  ];
  for (const [words, message] of refused) {
    const { code, stdout, stderr } = await run(state, words);
    assertEquals([code, stdout], [2, ""], words);
    assertMatch(stderr, message, words);
  }
  assertEquals((await run(state, "acl list")).stdout, "");
  assertEquals((await run(state, "token list")).stdout, "");
  assertEquals((await run(state, `${token} 36500d`)).code, 0);
  assertEquals((await run(state, "token list")).code, 0);
  const unknown = await run(state, "acl add anna allow read a");
  assertEquals(unknown.code, 3);
  assertMatch(unknown.stderr, /no such user: anna; did you mean ana\?/);
});

Deno.test("ftserver points out what has no effect now", async () => {
  await using live = await testServer();
  await Deno.mkdir(`${live.root}/private`);
  const added = await run(live.state, "user add ana");
  assertMatch(added.stderr, /ana is not allowed anything until a rule allows it/);
  await run(live.state, "user add root --role admin");
  await run(live.state, "acl add * deny read,write private");
  const noticed: [words: string, message: RegExp | undefined][] = [
    ["acl add ana deny list privat", /nothing is at privat in .* yet; did you mean private\?/],
    ["acl add root deny read private", /no effect: no rule applies to the admin root/],
    ["acl add root quota 1M private", /no effect: no rule applies to the admin root/],
    ["acl add ana allow read private", /no effect: rule 1 \* deny read,write private decides/],
    ["acl add ana deny write private", /no effect: rule 1 /],
    ["acl add ana allow list private", undefined],
    ["acl add ana quota 1M private", undefined],
    [
      "token add a --paths private --actions read --owner ana",
      /ana, .* not allowed to read: private/,
    ],
    ["token add b --paths private --actions list --owner ana", undefined],
    ["token add c --paths private --actions read", undefined],
  ];
  for (const [words, message] of noticed) {
    const { code, stderr } = await run(live.state, words);
    assertEquals(code, 0, words);
    if (message === undefined) assertEquals(stderr, "", words);
    else assertMatch(stderr, message, words);
  }
});

Deno.test("a state folder inside the served folder is refused: it has the server's key", async () => {
  await using dir = await tempDir();
  const root = dir.join("root");
  await Deno.mkdir(root);
  await Deno.symlink(root, dir.join("link"));
  for (const state of [root, `${root}/state`, dir.join("link/state")]) {
    const { code, message } = await assertRejects(() => testServer({ root, state }), FtError);
    assertEquals(code, "usage");
    assertMatch(message, /the state folder \S+ is inside the served folder \S+, and clients could/);
  }
  await using _beside = await testServer({ root, state: dir.join("root2") });
  await using _above = await testServer({ root: dir.join("s/root"), state: dir.join("s") });
});

Deno.test("a server logs patterns that earlier versions accepted for rules and tokens", async () => {
  await using live = await testServer();
  await Deno.writeTextFile(`${live.root}/a*b`, "");
  {
    using database = openAuthDatabase(live.state);
    const rule = { subject: "*", effect: "deny", actions: ["read"] } as const;
    for (const path of ["private/*", "a*b", "plain"]) new Rules(database).add({ ...rule, path });
    new Tokens(database).add({ name: "t", paths: ["in/**"], actions: ["read"], once: false });
  }
  await live.restart();
  const logged = live.logged("path").filter(([event]) => event === "rule.useless");
  assertEquals(logged.map(([, path]) => path), ["private/*", "in/**"]);
});
