import { assertEquals } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { identityWarnings, requireSameIdentity } from "../../lib/net/identity_checks.ts";
import type { TlsIdentity } from "../../lib/net/tls_identity.ts";
import { pure } from "../../testing/pure.ts";

const identity: TlsIdentity = {
  ...{ file: "/c.pem", cert: "", key: "", pin: "aa", pinnable: false },
  names: ["files.example.org", "*.lan", "192.0.2.1", "2001:DB8:0:0:0:0:0:1"],
  validFromMs: Date.parse("2026-01-01T00:00:00Z"),
  validToMs: Date.parse("2026-04-01T00:00:00Z"),
};

const about = (text: string) => [`the certificate in /c.pem ${text}`];

pure("identityWarnings compares the dates of a certificate with the clock", () => {
  const at = (time: string) => identityWarnings(identity, [], Date.parse(time));
  assertEquals(at("2025-12-31T23:59:59Z"), about("is not valid before 2026-01-01"));
  assertEquals(at("2026-01-01T00:00:00Z"), []);
  assertEquals(at("2026-03-18T00:00:00Z"), []);
  assertEquals(at("2026-03-18T00:00:01Z"), about("expires on 2026-04-01, in 13 d"));
  assertEquals(at("2026-04-01T00:00:00Z"), about("expires on 2026-04-01, in 0 d"));
  assertEquals(at("2026-04-01T00:00:01Z"), about("expired on 2026-04-01"));
});

pure("identityWarnings compares the names of a certificate with those of the listeners", () => {
  const nowMs = identity.validFromMs;
  const hosts = (...names: string[]) => identityWarnings(identity, names, nowMs);
  const fine = [
    "FILES.example.org",
    "nas.lan",
    "192.0.2.1",
    "2001:db8::1",
    "0.0.0.0",
    "::",
    "127.0.0.1",
    "::1",
  ];
  assertEquals(hosts(...fine, "localhost"), []);
  for (const host of ["example.org", "a.nas.lan", "lan", "192.0.2.2", "2001:db8::2"]) {
    assertEquals(hosts(host, host), about(`is not for ${host}`));
  }
  const nameless = { ...identity, names: [] };
  assertEquals(
    identityWarnings(nameless, ["nas.lan"], nowMs),
    about(
      "names no host (subjectAltName)",
    ),
  );
  assertEquals(identityWarnings({ ...nameless, pinnable: true }, ["nas.lan"], nowMs), []);
});

pure("requireSameIdentity compares keys where clients pin them, else names", () => {
  const accepted = (before: Partial<TlsIdentity>, after: Partial<TlsIdentity>) => {
    try {
      requireSameIdentity({ ...identity, ...before }, { ...identity, ...after });
      return true;
    } catch (error) {
      return (error as FtError).code === "tls" ? false : error;
    }
  };
  const pinned = { pinnable: true };
  assertEquals(accepted(pinned, pinned), true);
  assertEquals(accepted(pinned, { ...pinned, pin: "bb" }), false);
  assertEquals(accepted(pinned, {}), false);
  assertEquals(accepted({}, pinned), false);
  assertEquals(accepted({}, { pin: "bb" }), true);
  assertEquals(accepted({}, { pin: "bb", names: ["files.example.org", "new"] }), true);
  assertEquals(accepted({}, { names: ["other.example.org"] }), false);
});
