import { assert, assertEquals } from "@std/assert";
import { DescriptorReserve, hasFreeDescriptors } from "../../lib/base/descriptors.ts";
import { tempDir } from "../../testing/temp_dir.ts";
import { NEEDS_POSIX } from "../../testing/skip.ts";

Deno.test({
  name: "DescriptorReserve lends what it has, and takes it back",
  ...NEEDS_POSIX,
  async fn() {
    await using dir = await tempDir();
    using reserve = new DescriptorReserve(dir.path, 3);
    assertEquals(reserve.available, 3);
    const [first, second, third] = [reserve.lend(), reserve.lend(), reserve.lend()];
    assert(first !== undefined && second !== undefined && third !== undefined);
    assertEquals([reserve.available, reserve.lend()], [0, undefined]);
    third[Symbol.dispose]();
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    assertEquals(reserve.available, 2);
    assert(second.repay(), "descriptors are free");
    assertEquals(reserve.available, 3);
    second[Symbol.dispose]();
    assertEquals(reserve.available, 3);
  },
});

Deno.test("DescriptorReserve reserves nothing at a path that cannot be opened", async () => {
  await using dir = await tempDir();
  using reserve = new DescriptorReserve(dir.join("absent"), 3);
  assertEquals([reserve.available, reserve.lend()], [0, undefined]);
  assert(hasFreeDescriptors(1, dir.join("absent")), "that is not for lack of descriptors");
});
