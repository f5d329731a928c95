/**
 * The logic of the page, without a browser.
 */

import { assertEquals, assertRejects } from "@std/assert";
import { ApiError } from "../../../lib/web/page/api.ts";
import { downloadOf } from "../../../lib/web/page/download.ts";
import { type Entry, filtered, ordered, totalBytes } from "../../../lib/web/page/entry.ts";
import { Format } from "../../../lib/web/page/format.ts";
import { commandOf } from "../../../lib/web/page/keys.ts";
import { hasPreview, kindOf } from "../../../lib/web/page/kinds.ts";
import { ancestor, child, parsePlace, placeUrl } from "../../../lib/web/page/place.ts";
import {
  allToggled,
  EMPTY,
  extended,
  kept,
  moved,
  movedTo,
  type Selection,
  toggled,
} from "../../../lib/web/page/selection.ts";
import { Removal, type RemovalApi } from "../../../lib/web/page/removal.ts";
import { textFor } from "../../../lib/web/page/text.ts";

function file(name: string, bytes = 0, mtime = ""): Entry {
  return { name, type: "file", bytes, mtime };
}

function folder(name: string): Entry {
  return { name, type: "dir", bytes: 0, mtime: "" };
}

const namesOf = (entries: readonly Entry[]) => entries.map(({ name }) => name).join(" ");

Deno.test("parsePlace and placeUrl are inverse, whatever is in a name", () => {
  const urls = [
    "/files/",
    "/files/a%20b/c%3Ad/?sort=size&order=desc",
    "/s/token-1/%23%3F%25/%C3%A4/?show=x+y.txt",
    "/files/..%2E/a/?sort=time",
  ];
  for (const url of urls) {
    const place = parsePlace(new URL(url, "http://box"))!;
    const again = parsePlace(new URL(placeUrl(place), "http://box"));
    assertEquals(again, place, url);
  }
  const place = parsePlace(new URL("http://box/s/token-1/%23%3F%25/?order=x&sort=x&show="))!;
  assertEquals(place, {
    ...{ base: "/s/token-1/", names: ["#?%"], sort: "name", descending: false, shown: "" },
  });
  assertEquals(parsePlace(new URL("http://box/files/%ff/"))?.names, ["%ff"]);
  for (const other of ["/login", "/", "/s/token", "/filesx/"]) {
    assertEquals(parsePlace(new URL(other, "http://box")), null, other);
  }
});

Deno.test("ancestor and child keep the order, and leave the file that is shown", () => {
  const place = parsePlace(new URL("http://box/files/a/b/?sort=size&show=x"))!;
  assertEquals(placeUrl(ancestor(place, 1)), "/files/a/?sort=size");
  assertEquals(placeUrl(child(place, "c d")), "/files/a/b/c%20d/?sort=size");
});

Deno.test("ordered puts folders first, counts numbers in names, and breaks ties by name", () => {
  const entries = [file("b10", 1, "3"), file("B9", 1, "2"), folder("z"), file("a", 5, "1")];
  assertEquals(namesOf(ordered(entries, { sort: "name", descending: false })), "z a B9 b10");
  assertEquals(namesOf(ordered(entries, { sort: "name", descending: true })), "z b10 B9 a");
  assertEquals(namesOf(ordered(entries, { sort: "size", descending: false })), "z B9 b10 a");
  assertEquals(namesOf(ordered(entries, { sort: "time", descending: true })), "z b10 B9 a");
  assertEquals(totalBytes(entries), 7);
});

Deno.test("filtered needs every word, and ignores case and accents", () => {
  const entries = [file("Música 2026.mp3"), file("notes.txt"), file("musical.TXT")];
  assertEquals(namesOf(filtered(entries, "musica")), "Música 2026.mp3 musical.TXT");
  assertEquals(namesOf(filtered(entries, " TXT  mus ")), "musical.TXT");
  assertEquals(filtered(entries, "  "), entries);
  assertEquals(filtered(entries, ".*"), []);
});

Deno.test("a selection is toggled, extended from where it began, and kept over a reload", () => {
  const order = ["a", "b", "c", "d"];
  const names = (selection: Selection) => [...selection.names].sort().join("");
  const b = toggled(EMPTY, "b");
  assertEquals([names(b), names(toggled(b, "b"))], ["b", ""]);
  const toD = extended(b, order, "d");
  assertEquals([names(toD), toD.cursor, toD.anchor], ["bcd", "d", "b"]);
  assertEquals(names(extended(toD, order, "a")), "abcd");
  assertEquals(names(extended(EMPTY, order, "c")), "c");
  assertEquals(names(allToggled(b, order)), "abcd");
  assertEquals(names(allToggled(allToggled(b, order), order)), "");
  assertEquals(moved(EMPTY, order, 1).cursor, "a");
  assertEquals(moved(EMPTY, order, -1).cursor, "d");
  assertEquals(moved(toD, order, 1).cursor, "d");
  assertEquals(moved(toD, order, -9).cursor, "a");
  assertEquals([movedTo(EMPTY, order, Infinity).cursor, movedTo(toD, order, 0).cursor], ["d", "a"]);
  assertEquals([moved(EMPTY, [], 1).cursor, movedTo(EMPTY, [], 9).cursor], [undefined, undefined]);
  const left = kept(toD, ["a", "c"]);
  assertEquals([names(left), left.cursor, left.anchor], ["c", undefined, undefined]);
});

Deno.test("commandOf leaves the browser its own keys", () => {
  const key = (name: string, held: Partial<Record<string, boolean>> = {}) =>
    commandOf({
      ...{ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
      ...held,
    });
  assertEquals([key("ArrowDown"), key("ArrowDown", { shiftKey: true })], ["down", "extend down"]);
  assertEquals([key("a", { metaKey: true }), key("ArrowUp", { altKey: true })], ["all", "parent"]);
  for (const own of ["r", "f", "t", "ArrowDown"]) {
    assertEquals(key(own, { ctrlKey: true }), undefined);
  }
  for (const own of ["Tab", "Enter", "constructor", "a"]) assertEquals(key(own), undefined);
  assertEquals(key("ArrowLeft", { altKey: true }), undefined);
});

Deno.test("downloadOf is the file itself, or an archive of what is chosen", () => {
  const place = parsePlace(new URL("http://box/files/d%20e/"))!;
  assertEquals(downloadOf(place, [file("a&b")], "Files"), {
    ...{ url: "/files/d%20e/a%26b", name: "a&b" },
  });
  assertEquals(downloadOf(place, [folder("f")], "Files"), {
    ...{ url: "/files/d%20e/f/?archive=zip", name: "f.zip" },
  });
  assertEquals(downloadOf(place, [folder("f"), file("a&b")], "Files"), {
    ...{ url: "/files/d%20e/?archive=zip&name=f&name=a%26b", name: "d e.zip" },
  });
  assertEquals(downloadOf(ancestor(place, 0), [], "Files").name, "Files.zip");
  const many = Array.from({ length: 200 }, (_, i) => file(`a long name with the number ${i}`));
  const { url, name, fields = [] } = downloadOf(place, many, "Files");
  assertEquals([url, name, fields.length], ["/files/d%20e/", "d e.zip", 201]);
  assertEquals(fields.slice(0, 2), [["archive", "zip"], ["name", "a long name with the number 0"]]);
});

Deno.test("kinds are known by the extension alone", () => {
  assertEquals(["a.PNG", "a.tar.gz", "png", "a.", ".mp4", "a.html"].map(kindOf), [
    ...["image", "archive", "file", "file", "video", "text"],
  ]);
  assertEquals([hasPreview("a.pdf"), hasPreview("a.zip"), hasPreview("a")], [true, false, false]);
});

Deno.test("Format writes sizes and times as people of a language do", () => {
  const now = Date.parse("2026-06-15T12:00:00Z");
  const [en, pt] = ["en-GB", "pt-BR"].map((language) => new Format(language, "UTC"));
  assertEquals([en!.size(1536), pt!.size(1536), pt!.size(12)], ["1.5 KiB", "1,5 KiB", "12 B"]);
  assertEquals(en!.time("2026-06-15T09:05:00Z", now), "09:05");
  assertEquals(en!.time("2026-06-14T09:05:00Z", now), "14 Jun, 09:05");
  assertEquals(en!.time("2024-06-14T09:05:00Z", now), "14 Jun 2024");
  assertEquals(
    pt!.fullTime("2024-06-14T09:05:00Z"),
    "sexta-feira, 14 de junho de 2024 às 09:05:00",
  );
});

Deno.test("textFor takes the first language that there is, and every text is there in each", () => {
  assertEquals(textFor(["de-AT", "pt-BR", "en"]).language, "pt");
  assertEquals(textFor(["pt-PT"]).root, "Arquivos");
  assertEquals(textFor([]).language, "en");
  const [en, pt] = [textFor(["en"]), textFor(["pt"])];
  assertEquals(Object.keys(pt), Object.keys(en));
  assertEquals(Object.keys(pt.errors), Object.keys(en.errors));
  assertEquals(pt.keyHelp.length, en.keyHelp.length);
});

Deno.test("a removal restores its files and folders, the last one first, and goes on after a failure", async () => {
  const calls: string[] = [];
  const gone = new Map([["f", [{ name: "f/old", rev: 1 }]]]);
  let broken = true;
  const api: RemovalApi = {
    async remove(_place, { name }) {
      calls.push(`remove ${name}`);
      if (name === "f") gone.set("f", [...gone.get("f")!, { name: "f/a", rev: 7 }]);
      await Promise.resolve();
    },
    deletedBelow: (path) => Promise.resolve(gone.get(path)!),
    createFolder: (_place, name) => {
      calls.push(`create ${name}`);
      return Promise.reject(new ApiError(405, "conflict", "it exists"));
    },
    restore(path, rev) {
      calls.push(`restore ${path} ${rev}`);
      const failure = new ApiError(0, "network", "no answer");
      return broken ? Promise.reject(failure) : Promise.resolve();
    },
  };
  const place = parsePlace(new URL("http://box/files/"))!;
  const removal = new Removal(api, place, true);
  assertEquals(removal.canUndo, false);
  for (const entry of [folder("f"), file("x")]) await removal.remove(entry);
  assertEquals([removal.canUndo, removal.count], [true, 2]);
  await assertRejects(() => removal.undo(), ApiError);
  assertEquals(removal.canUndo, true);
  broken = false;
  await removal.undo();
  assertEquals(removal.canUndo, false);
  assertEquals(calls, [
    ...["remove f", "remove x", "restore x undefined"],
    ...["restore x undefined", "create f", "restore f/a 7"],
  ]);
  const forGood = new Removal(api, place, false);
  await forGood.remove(file("y"));
  assertEquals(forGood.canUndo, false);
});
