import { assertEquals, assertThrows } from "@std/assert";
import { FtError } from "../../lib/base/errors.ts";
import { canonicalHost, formatAddress, isAddress, parseAddress } from "../../lib/net/address.ts";
import { formatListenUrl, parseListenUrl } from "../../lib/net/listen_url.ts";
import { isLoopbackHost } from "../../lib/net/loopback.ts";
import { pure } from "../../testing/pure.ts";

pure("formatAddress puts brackets around IPv6", () => {
  assertEquals([formatAddress("::1", 5), formatAddress("h", 5)], ["[::1]:5", "h:5"]);
});

pure("parseAddress splits an address, with and without its optional parts", () => {
  const parsed = (text: string) => {
    const address = parseAddress(text);
    return address && [address.scheme, address.hostname, address.port, address.fragment];
  };
  const none = undefined;
  assertEquals(parsed("ft+line://[fe80::1%eth0]:80/#pin"), ["ft+line", "fe80::1%eth0", 80, "pin"]);
  assertEquals(parsed("host"), [none, "host", none, none]);
  assertEquals(parsed("host:0/"), [none, "host", 0, none]);
  assertEquals(parsed("http://127.0.0.1"), ["http", "127.0.0.1", none, none]);
  for (
    const bad of [
      "",
      "a b",
      "::1",
      "[h]",
      "[::1",
      "a:b",
      "a:1:2",
      "a:",
      "a/b",
      "u@h",
      "x://",
      "a:123456",
    ]
  ) assertEquals(parsed(bad), null, bad);
});

pure("parseListenUrl accepts a scheme, a host and a port, and nothing else", () => {
  for (const url of ["ft://127.0.0.1:0", "fts://[::1]:65535", "ft+line://0.0.0.0:8080"]) {
    assertEquals(formatListenUrl(parseListenUrl(url)), url);
  }
  assertEquals(parseListenUrl("fts://h:1").encrypted, true);
  for (
    const bad of [
      "h:1",
      "ft://h",
      "ft://h:65536",
      "ft+://h:1",
      "ft+fts://h:1/#x",
      "http://h:1",
      "ftx://h:1",
    ]
  ) {
    assertEquals(assertThrows(() => parseListenUrl(bad), FtError).code, "usage", bad);
  }
});

pure("canonicalHost gives every spelling of a host the same form, and changes no other", () => {
  const spellings = {
    "127.0.0.1": ["127.1", "127.0.1", "0x7f.1", "0X7F000001", "2130706433", "0177.0.0.1"],
    "10.0.0.5": ["10.5", "::ffff:10.0.0.5", "::FFFF:0a00:0005", "10.0.0.5.", "012.0.0.5"],
    "::1": ["0:0:0:0:0:0:0:1", "::0001"],
    "2001:db8::a": ["2001:DB8:0::A", "2001:0db8:0000:0000:0000:0000:0000:000a"],
    "0.0.0.0": ["0", "0x0"],
    "far.example": ["FAR.example", "far.example.", "Far.Example."],
    "xn--mnchen-3ya.example": ["M\u00fcnchen.example", "XN--mnchen-3ya.example"],
  };
  for (const [host, others] of Object.entries(spellings)) {
    for (const other of [host, ...others]) assertEquals(canonicalHost(other), host, other);
  }
  for (const host of ["foo.1", "a?b", "a\\b", "a%41", "fe80::1%eth0", "under_score", "1.2.3.4.5"]) {
    assertEquals(canonicalHost(host), host);
  }
  assertEquals(["127.1", "::1", "0"].map(isAddress), [true, true, true]);
  assertEquals(["h", "foo.1", "127.1.example"].map(isAddress), [false, false, false]);
});

pure("isLoopbackHost recognises every form of the loopback, and no similar name", () => {
  for (
    const own of [
      "localhost",
      "LOCALHOST",
      "127.0.0.1",
      "127.1.2.3",
      "::1",
      "0:0:0:0:0:0:0:1",
      "::ffff:127.0.0.1",
      "127.1",
      "2130706433",
      "localhost.",
    ]
  ) assertEquals(isLoopbackHost(own), true, own);
  for (
    const other of [
      "0.0.0.0",
      "::",
      "::2",
      "127.0.0.1.example",
      "localhost.example",
      "1127.0.0.1",
      "10.0.0.1",
      "::11",
    ]
  ) assertEquals(isLoopbackHost(other), false, other);
});
