import { assert, assertEquals } from "@std/assert";
import { machineAddresses, reachableAddresses } from "../../lib/net/machine_addresses.ts";
import { pure } from "../../testing/pure.ts";

const at = (name: string, address: string) => ({
  ...{ name, address, family: address.includes(":") ? "IPv6" as const : "IPv4" as const },
});

pure("reachableAddresses leaves out what no other machine reaches, private IPv4 first", () => {
  const all = [
    ...[at("lo", "127.0.0.1"), at("lo", "::1"), at("eth0", "fe80::1"), at("eth1", "169.254.3.4")],
    ...[at("docker0", "172.17.0.1"), at("veth12", "10.9.9.9"), at("virbr0", "192.168.122.1")],
    ...[at("eth0", "2001:db8::5"), at("eth0", "203.0.113.9"), at("wlan0", "192.168.1.20")],
    ...[at("tun0", "172.31.0.2"), at("wlan0", "192.168.1.20"), at("eth2", "172.32.0.1")],
  ];
  assertEquals(reachableAddresses(all), [
    ...["192.168.1.20", "172.31.0.2", "203.0.113.9", "172.32.0.1", "2001:db8::5"],
  ]);
});

Deno.test("machineAddresses has no loopback address", () => {
  for (const address of machineAddresses()) assert(!/^(127\.|::1$)/.test(address), address);
});

Deno.test({
  name: "machineAddresses is empty without the permission, and does not fail",
  permissions: { net: true },
  fn: () => assertEquals(machineAddresses(), []),
});
