import { assertEquals } from "@std/assert";
import { announce, discover } from "../../lib/net/mdns.ts";

const ours = { instance: `i-${crypto.randomUUID()}`, target: "t.local", scheme: "ft", port: 7 };

Deno.test("discover finds announced servers on an interface, until they are withdrawn", async () => {
  const address = "127.0.0.1";
  const find = async () =>
    (await discover({ waitMs: 300, address })).filter(({ name }) => name === ours.instance);
  {
    await using _announced = await announce([ours as never], address);
    assertEquals(await find(), [{ url: "ft://127.0.0.1:7", name: ours.instance }]);
  }
  assertEquals(await find(), []);
});
