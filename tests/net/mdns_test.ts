import { assertEquals } from "@std/assert";
import makeMdns from "multicast-dns";
import { SERVICE } from "../../lib/net/dns_sd.ts";
import { announce, discover } from "../../lib/net/mdns.ts";
import { FakeTime } from "../../testing/fake_time.ts";

const ADDRESS = "127.0.0.1";
const ours = { instance: `i-${crypto.randomUUID()}`, target: "t.local", scheme: "ft", port: 7 };

/** The used part of the `multicast-dns` package, which has no types. */
interface Observer {
  on(event: "ready", heard: () => void): void;
  on(event: "query" | "response", heard: (packet: object) => void): void;
  destroy(gone: () => void): void;
}

/** Another participant of the network, which hears every query and answer. */
async function observe() {
  const open = makeMdns as unknown as (options: object) => Observer;
  const observer = open({ interface: ADDRESS, bind: "0.0.0.0" });
  await new Promise<void>((resolve) => observer.on("ready", resolve));
  return {
    hears: (event: "query" | "response", text: string) =>
      new Promise<void>((resolve) =>
        observer.on(event, (packet) => {
          if (JSON.stringify(packet).includes(text)) resolve();
        })
      ),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => observer.destroy(resolve)),
  };
}

Deno.test("discover finds announced servers on an interface, until they are withdrawn", async () => {
  await using observer = await observe();
  /** Discovers until an event on the network has been heard. */
  const find = async (heard: Promise<void>) => {
    using time = new FakeTime();
    const discovering = discover({ waitMs: 60_000, address: ADDRESS });
    await heard;
    await time.run();
    return (await discovering).filter(({ name }) => name === ours.instance);
  };
  {
    await using _announced = await announce([ours as never], ADDRESS);
    const answered = observer.hears("response", ours.instance);
    assertEquals(await find(answered), [{ url: "ft://127.0.0.1:7", name: ours.instance }]);
  }
  assertEquals(await find(observer.hears("query", SERVICE)), []);
});
