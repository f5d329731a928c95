import { assertEquals } from "@std/assert";
import { SeenLinks } from "../../lib/storage/seen_links.ts";
import { storePath } from "../../lib/storage/store_path.ts";
import { FakeTime } from "../../testing/fake_time.ts";
import { pure } from "../../testing/pure.ts";

const above = (links: SeenLinks, ...paths: string[]) =>
  paths.map((path) => links.above(storePath(path)));

pure("SeenLinks remembers a link, for itself and everything below, for a minute", async () => {
  using time = new FakeTime();
  const links = new SeenLinks();
  assertEquals(above(links, "a"), [false]);
  links.add(storePath("a/b"));
  assertEquals(above(links, "a/b", "a/b/c/d", "a", "a/bc", "."), [true, true, false, false, false]);
  await time.advance(59_999);
  assertEquals(above(links, "a/b"), [true]);
  await time.advance(1);
  assertEquals(above(links, "a/b"), [false]);
});

pure("SeenLinks forgets the oldest of more than a thousand", () => {
  const links = new SeenLinks();
  for (let i = 0; i < 1001; i++) links.add(storePath(`l${i}`));
  assertEquals(above(links, "l0", "l1", "l1000"), [false, true, true]);
});
