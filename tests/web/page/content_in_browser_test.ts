/**
 * The content of files in a real browser: downloads, recordings, PDF.
 */

import { assert, assertEquals } from "@std/assert";
import { NEEDS_CHROMIUM, testBrowser } from "../../../testing/browser/browser.ts";
import { fileSha256, sampleBytes, sha256 } from "../../../testing/content.ts";
import { webServer } from "../../../testing/web_server.ts";

/** Waits until a download has ended. @returns Its path. */
async function downloaded(folder: string, name: string): Promise<string> {
  using watcher = Deno.watchFs(folder);
  const path = `${folder}/${name}`;
  // The browser takes the name with an empty file, and renames a complete download.
  const events = watcher[Symbol.asyncIterator]();
  while (!((await Deno.stat(path).catch(() => undefined))?.size)) await events.next();
  return path;
}

Deno.test({
  name: "a file and selections of any length are downloaded, as they are and as zip",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await Deno.writeFile(`${server.root}/1 file.bin`, sampleBytes(300_000));
    const long = "a name that makes the list of all names too long for a URL";
    for (let i = 0; i < 100; i++) await Deno.writeTextFile(`${server.root}/${long} ${i}`, `${i}`);
    await using browser = await testBrowser();
    const tab = await browser.open(server.webUrl);
    await tab.has("tbody a[tabindex='0']");
    await tab.click("text=1 file.bin");
    const file = await downloaded(browser.downloads, "1 file.bin");
    assertEquals(await fileSha256(file), sha256(sampleBytes(300_000)));
    await tab.press("ctrl+a");
    await tab.shows("101 selected");
    await tab.press("d");
    const archive = await Deno.readFile(await downloaded(browser.downloads, "files.zip"));
    assertEquals(new TextDecoder().decode(archive.subarray(0, 2)), "PK");
    assert(archive.length > 300_000);
  },
});

/** Silence of 8,000 bytes a second. */
function silence(bytes: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(44 + bytes));
  const words = [[0, "RIFF"], [8, "WAVEfmt "], [36, "data"]] as const;
  for (const [at, word] of words) {
    [...word].forEach((char, i) => view.setUint8(at + i, char.charCodeAt(0)));
  }
  const numbers = [
    ...[[4, 36 + bytes], [16, 16], [20, 0x10001], [24, 8000], [28, 8000], [32, 0x80001]],
    [40, bytes],
  ];
  for (const [at, value] of numbers) view.setUint32(at!, value!, true);
  return new Uint8Array(view.buffer);
}

Deno.test({
  name: "recordings are played, and PDF is shown by the viewer of the browser",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    await Deno.writeFile(`${server.root}/a.wav`, silence(800));
    await Deno.writeTextFile(`${server.root}/b.pdf`, "%PDF-1.1\ntrailer<</Root 1 0 R>>");
    await using browser = await testBrowser();
    const tab = await browser.open(`${server.webUrl}/files/?show=a.wav`);
    await tab.until(`document.querySelector("dialog audio")?.duration === 0.1`);
    await tab.go(`${server.webUrl}/files/?show=b.pdf`);
    await tab.has("dialog iframe[src^=blob]");
  },
});

/** Records the drawings of a page: a film in WebM, in base64. */
const FILM = `(async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [64, 48];
  const drawing = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve) => recorder.onstop = resolve);
  recorder.start();
  for (let i = 0; i < 15; i++) {
    drawing.fillStyle = i % 2 ? "red" : "blue";
    drawing.fillRect(0, 0, 64, 48);
    await new Promise(requestAnimationFrame);
  }
  recorder.stop();
  await stopped;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
})()`;

Deno.test({
  name: "films and long recordings are played in the preview, and asked for in ranges",
  ...NEEDS_CHROMIUM,
  async fn() {
    await using server = await webServer();
    const long = silence(24 << 20);
    await Deno.writeFile(`${server.root}/long.wav`, long);
    await using browser = await testBrowser();
    const tab = await browser.open(`${server.webUrl}/files/`);
    await tab.has("tbody a[tabindex='0']");
    const film = await tab.evaluate<string>(FILM);
    await Deno.writeFile(`${server.root}/film.webm`, Uint8Array.fromBase64(film));
    await tab.go(`${server.webUrl}/files/?show=film.webm`);
    await tab.until(`document.querySelector("dialog video")?.videoWidth === 64`);
    await tab.evaluate(`document.querySelector("dialog video").play()`);
    await tab.until(`document.querySelector("dialog video").currentTime > 0`);
    await tab.go(`${server.webUrl}/files/?show=long.wav`);
    await tab.until(`document.querySelector("dialog audio")?.duration > 3000`);
    await tab.evaluate(`document.querySelector("dialog audio").currentTime = 3000`);
    await tab.until(`document.querySelector("dialog audio").readyState >= 3`);
    const asked = server.events.filter(({ event, fields }) =>
      event === "transfer.start" && fields.name === "long.wav"
    ).map(({ fields }) => Number(fields.bytes));
    assert(asked.some((bytes) => bytes > 0 && bytes < long.length / 2), `${asked}`);
  },
});
