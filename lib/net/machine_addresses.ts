/**
 * The addresses at which other machines reach this one.
 *
 * @module
 */

/** An address of a network interface. */
export type InterfaceAddress = Pick<Deno.NetworkInterfaceInfo, "name" | "address" | "family">;

/** Interfaces between programs of this machine alone. */
const INTERNAL = /^(lo|docker|veth|br-|virbr|vmnet|vboxnet|cni|flannel)/i;
/** Loopback and link-local addresses; the latter need the name of an interface, which differs. */
const LOCAL = /^(127\.|169\.254\.|::1$|fe[89ab][0-9a-f]:)/i;
const PRIVATE_IPV4 = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;

/**
 * Returns the addresses of this machine in a network, those that most likely work there first.
 *
 * @returns None without the permission to list them.
 */
export function machineAddresses(): readonly string[] {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" });
  return state === "granted" ? reachableAddresses(Deno.networkInterfaces()) : [];
}

/** Selects and orders addresses: private IPv4, other IPv4, IPv6. */
export function reachableAddresses(all: readonly InterfaceAddress[]): readonly string[] {
  const candidates = all.filter(({ name, address }) =>
    !INTERNAL.test(name) && !LOCAL.test(address)
  );
  const order = ({ address, family }: InterfaceAddress) =>
    family === "IPv6" ? 2 : PRIVATE_IPV4.test(address) ? 0 : 1;
  const sorted = candidates.toSorted((a, b) => order(a) - order(b));
  return [...new Set(sorted.map(({ address }) => address))];
}
