/**
 * Names in the chat that imitate the name of another client, of a user, or of the server.
 *
 * Of the legacy dialects, `line` and `framed` have a chat. In the others nobody has a seat or a
 * name: `oneshot`, `updown` and `json` send no broadcasts.
 */

import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { openAuthDatabase } from "../../lib/auth/auth_database.ts";
import { requireUserName, Users } from "../../lib/auth/users.ts";
import { FtError } from "../../lib/base/errors.ts";
import { MAX_CHAT_NAME_BYTES } from "../../lib/base/limits.ts";
import { skeletonOf } from "../../lib/base/lookalikes.ts";
import { Hub } from "../../lib/chat/hub.ts";
import { cleanName, isServerName } from "../../lib/chat/seat_name.ts";
import type { Remote } from "../../lib/client/remote/remote.ts";
import { framedCodec } from "../../lib/client/legacy/framed_codec.ts";
import { lineCodec } from "../../lib/client/legacy/line_codec.ts";
import { PersistentServer } from "../../lib/client/legacy/persistent_server.ts";
import { parseEndpoint } from "../../lib/client/remote/endpoint.ts";
import { pure } from "../../testing/pure.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { testServer } from "../../testing/test_server.ts";

/** Imitations of `ana` that most fonts print exactly, or nearly, as `ana`. */
const LIKE_ANA: Record<string, string> = {
  "a zero-width space": "an\u200ba",
  "a zero-width joiner": "ana\u200d",
  "a soft hyphen": "a\u00adna",
  "a combining grapheme joiner": "an\u034fa",
  "a variation selector": "ana\ufe0f",
  "a tag character": "ana\u{e0041}",
  "a Hangul filler": "ana\u3164",
  "a direction mark": "ana\u200e",
  "a byte order mark": "\ufeffana",
  "a no-break space": "ana\u00a0",
  "a blank of Braille": "\u2800ana",
  "full-width letters": "\uff41\uff4e\uff41",
  "mathematical letters": "\u{1d5ba}\u{1d5c7}\u{1d5ba}",
  "a Cyrillic letter": "\u0430na",
  "Cyrillic letters": "\u0430n\u0430",
  "a Greek letter": "an\u03b1",
  "a Latin alpha": "an\u0251",
};

/** Imitations of the server's name. */
const LIKE_SERVER: Record<string, string> = {
  "another case": "Server",
  "a zero-width space": "SER\u200bVER",
  "a soft hyphen": "SERVER\u00ad",
  "Cyrillic letters": "\u0405\u0415RV\u0415R",
  "a small Cyrillic letter": "s\u0435rver",
  "full-width letters": "\uff33\uff25\uff32\uff36\uff25\uff32",
  "letters of Lisu": "\ua4e2\ua4f0\ua4e3\ua4e6\ua4f0\ua4e3",
  "letters of Cherokee": "\u13da\u13ac\u13a1\u13d9\u13ac\u13a1",
  "small capitals": "\ua731\u1d07\u0280\u1d20\u1d07\u0280",
  "a long s": "\u017ferver",
};

function join(hub: Hub, name: string) {
  return hub.join({ dialect: "test", name });
}

for (const [what, name] of Object.entries(LIKE_ANA)) {
  pure(`lookalike-names: Hub gives no seat that looks like ana, with ${what}`, () => {
    const hub = new Hub();
    join(hub, "ana");
    const given = join(hub, name).name;
    assert(skeletonOf(given) !== "ana", given);
    assertMatch(given, /^an[a\u0251]2$|\\u/);
  });
}

for (const [what, name] of Object.entries(LIKE_SERVER)) {
  pure(`lookalike-names: Hub lets nobody imitate the server, with ${what}`, () => {
    const given = join(new Hub(), name).name;
    assert(!isServerName(given), given);
    assertMatch(given, /2$|\\u/);
  });
}

pure("lookalike-names: names in one script are as they were, also beside each other", () => {
  const hub = new Hub();
  const names = [
    "Zoë",
    "Ольга",
    "Γιώργος",
    "たなかアキ",
    "田中aki",
    "김철수",
    "משה",
    "أحمد",
    "🦊",
    "o'neil",
  ];
  assertEquals(names.map((name) => join(hub, name).name), names);
});

pure("lookalike-names: no name looks like the end of another, or like a private message", () => {
  const names = [
    "ana: hi",
    "ana\ua789 hi",
    "ana (to you)",
    "ana \uff08to you\uff09",
    "ana (To You)",
  ];
  assertEquals(names.map(cleanName), [
    "ana\\x3a hi",
    "ana\\ua789 hi",
    "ana (to you",
    "ana (to you",
    "ana (To You",
  ]);
  assertEquals(
    cleanName(`${"a".repeat(MAX_CHAT_NAME_BYTES - 8)}(to you) and more`).slice(-7),
    "(to you",
  );
});

pure(
  "lookalike-names: a name is found in any spelling, but never by one that looks like it",
  () => {
    const hub = new Hub();
    const [ana, other] = [join(hub, "Zo\u00eb"), join(hub, "\u0441\u043e\u0435")];
    for (const to of ["Zo\u00eb", "Zoe\u0308", " Zo\u200b\u00eb", "\uff3ao\u00eb"]) {
      other.say(
        "hi",
        to,
      );
    }
    for (const to of ["coe", "zo\u00eb"]) {
      assertEquals(assertThrows(() => ana.say("secret", to), FtError).code, "not_found");
      assertEquals(assertThrows(() => hub.kick(to), FtError).code, "not_found");
    }
    hub.kick("Zoe\u0308");
    assertEquals(hub.who().map(({ name }) => name), ["\u0441\u043e\u0435"]);
  },
);

pure(
  "lookalike-names: a client that rejoins under a spelling of its name gets its seat back",
  () => {
    const hub = new Hub();
    const again = () =>
      hub.join({ dialect: "test", name: "an\u200ba", after: 0 }, { identity: "i" });
    assertEquals([again().name, again().name], ["ana", "ana"]);
  },
);

async function withUser(name: string): Promise<AsyncDisposable & { remote: Remote }> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await testServer());
  using database = openAuthDatabase(server.state);
  await new Users(database).add(name, "read", "right horse");
  const remote = stack.use(await server.connect());
  const owned = stack.move();
  return { remote, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

Deno.test("lookalike-names: nobody takes or speaks under a name that looks like a user's", async () => {
  await using server = await withUser("Ana");
  const { chat } = server.remote;
  for (const name of ["ana", ...Object.values(LIKE_ANA), "\u0410N\u0410", "\u1d00\u0274\u1d00"]) {
    await using seat = await chat.join({ name });
    assert(/2$|\\u/.test(seat.name), `${name} became ${seat.name}`);
    assertEquals((await chat.who()).map(({ name }) => name), [seat.name]);
  }
});

Deno.test("lookalike-names: no user is added under a name that looks like another", async () => {
  await using dir = await tempDir();
  using database = openAuthDatabase(dir.path);
  const users = new Users(database);
  await users.add("ana", "read", "right horse");
  const latin = "\u0251na";
  const error = await assertRejects(() => users.add(latin, "read", "right horse"), FtError);
  assertEquals([error.code, error.message], ["conflict", `${latin} looks like the user ana`]);
  const invisible = assertThrows(() => requireUserName("an\u200ba"), FtError);
  assertMatch(invisible.message, /\(not its normal form, ana\)$/);
  for (const [what, name] of Object.entries({ ...LIKE_ANA, ...LIKE_SERVER })) {
    if (name !== "an\u0251") assertThrows(() => requireUserName(name), FtError, "invalid", what);
  }
});

for (const codec of [lineCodec, framedCodec]) {
  Deno.test(`lookalike-names: a ${codec.dialect} client sees an imitation as such`, async () => {
    await using server = await testServer({
      listen: ["ft://127.0.0.1:0", `ft+${codec.dialect}://127.0.0.1:0`],
    });
    const endpoint = parseEndpoint(server.server.addresses[1]!);
    await using old = await PersistentServer.open(codec, { endpoint, timeoutMs: 10_000 });
    const heard = old.listen(0)[Symbol.asyncIterator]();
    await server.event("chat.joined", { seat: "guest" });
    await using remote = await server.connect();
    const names = {
      guest: "guest2",
      "gu\u200best": "guest2",
      "\u0455ERVER": "\\u0455ERVER",
      SERVER: "SERVER2",
    };
    for (const [wanted, given] of Object.entries(names)) {
      await using _seat = await remote.chat.join({ name: wanted });
      await remote.chat.say("hi");
      assertEquals((await heard.next()).value?.text, `${given}: hi`);
    }
  });
}
