import { assertEquals } from "@std/assert";
import { announcement, type DnsRecord, foundIn, SERVICE } from "../../lib/net/dns_sd.ts";
import { announceAddress, announcedListeners } from "../../lib/cli/server/start/announcement.ts";

const permissions = "none";
const pin = "ab".repeat(32);
const server = { instance: "i", target: "t.local", scheme: "fts", port: 9998, pin } as const;

Deno.test({
  name: "foundIn decodes announcements, with their own address or the sender's",
  permissions,
  fn() {
    const url = (host: string) => [{ url: `fts://${host}:9998/#${pin}`, name: "i" }];
    assertEquals(foundIn(announcement(server, "10.0.0.1", 120), "10.0.0.9"), url("10.0.0.1"));
    assertEquals(foundIn(announcement(server, undefined, 120), "10.0.0.9"), url("10.0.0.9"));
    assertEquals(foundIn(announcement(server, "10.0.0.1", 0), "10.0.0.9"), []);
  },
});

Deno.test({
  name: "foundIn ignores records that do not describe a server",
  permissions,
  fn() {
    const good = announcement(server, "10.0.0.1", 120);
    const but = (type: string, data: unknown): DnsRecord[] =>
      good.map((record) => record.type === type ? { ...record, data } : record);
    for (
      const records of [
        [],
        but("SRV", undefined),
        but("SRV", { port: 0, target: "t.local" }),
        but("SRV", { port: 70_000, target: "t.local" }),
        but("SRV", { port: "22; rm", target: "t.local" }),
        but("TXT", ["scheme=http"]),
        but("TXT", undefined),
        but("TXT", [new Uint8Array([0xff])]),
        but("PTR", 5),
        good.filter(({ type }) => type !== "SRV"),
      ]
    ) assertEquals(foundIn(records, "10.0.0.9"), []);
    const [odd] = foundIn(but("A", "evil.example/#"), "10.0.0.9");
    assertEquals(odd?.url, `fts://10.0.0.9:9998/#${pin}`);
    const [pinless] = foundIn(but("TXT", ["scheme=fts", "pin=zz"]), "10.0.0.9");
    assertEquals(pinless?.url, "fts://10.0.0.1:9998");
    assertEquals(good[0]!.name, SERVICE);
  },
});

Deno.test({
  name: "announcedListeners are those that other machines can reach in the native dialect",
  permissions,
  fn() {
    const urls = [
      "fts://0.0.0.0:9998",
      "ft://127.0.0.1:9999",
      "ft+line://0.0.0.0:1",
      "ft://[::]:7",
    ];
    const announced = announcedListeners(urls, "00", pin);
    assertEquals(announced.map(({ scheme, port, pin }) => [scheme, port, pin]), [
      ["fts", 9998, pin],
      ["ft", 7, undefined],
    ]);
    assertEquals(announceAddress(urls), undefined);
    assertEquals(announceAddress([...urls, "ft://10.0.0.5:1"]), "10.0.0.5");
  },
});
