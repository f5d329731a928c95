import { assertEquals } from "@std/assert";
import {
  invitationLines,
  invite,
  reachableEndpoints,
} from "../../../../lib/cli/server/start/invitation.ts";
import { capturedOutput, CapturedSink } from "../../../../testing/cli/captured.ts";
import { pure } from "../../../../testing/pure.ts";

const PIN = "ab".repeat(32);
const MACHINE = ["192.168.1.20", "2001:db8::5"];
const FILE = { only: "my film.mp4", anonymous: "read", pin: PIN } as const;

pure("reachableEndpoints expands wildcards, and takes TLS before plaintext", () => {
  const endpoints = (...addresses: string[]) =>
    reachableEndpoints(addresses, MACHINE)
      .map(({ scheme, hostname, port }) => `${scheme} ${hostname} ${port}`);
  assertEquals(endpoints("fts://127.0.0.1:1", "ft://[::1]:2", "ft://localhost:3"), []);
  assertEquals(endpoints("fts://0.0.0.0:1", "ft://0.0.0.0:2"), ["fts 192.168.1.20 1"]);
  assertEquals(endpoints("fts://[::]:1"), ["fts 192.168.1.20 1", "fts 2001:db8::5 1"]);
  assertEquals(endpoints("ft://10.0.0.1:2", "ft+line://10.0.0.1:3"), ["ft 10.0.0.1 2"]);
  assertEquals(endpoints("fts://127.0.0.1:1", "ft://10.0.0.1:2"), ["ft 10.0.0.1 2"]);
});

pure("invitationLines has what to type on the other machine", () => {
  const lines = (addresses: string[], more: object = {}, machine = MACHINE) =>
    invitationLines({ addresses, ...FILE, ...more }, machine).lines;
  assertEquals(lines(["fts://0.0.0.0:9998"]), [
    `On the other machine:  ftclient get fts://192.168.1.20:9998/my%20film.mp4#${PIN}`,
  ]);
  assertEquals(lines(["fts://[::]:9998"], { only: undefined, anonymous: "none" }), [
    `On the other machine:  ftclient ls fts://192.168.1.20:9998/#${PIN} --user NAME`,
    `or                     ftclient ls fts://[2001:db8::5]:9998/#${PIN} --user NAME`,
  ]);
  assertEquals(lines(["ft://10.0.0.1:2"]), [
    "On the other machine:  ftclient get ft://10.0.0.1:2/my%20film.mp4",
  ]);
  assertEquals(lines(["fts://0.0.0.0:1"], { pin: undefined }, []), [
    "On the other machine:  ftclient get fts://HOST:1/my%20film.mp4",
    "(HOST is the name or an address of this machine)",
  ]);
  assertEquals(lines(["fts://127.0.0.1:1"]), []);
});

pure(
  "invitationLines has the page that a phone can open, and its link is that of the QR code",
  () => {
    const invited = (web: string, more: object = {}, machine = MACHINE) =>
      invitationLines({ addresses: [], ...FILE, only: undefined, web, ...more }, machine);
    assertEquals(invited("http://0.0.0.0:8000"), {
      lines: ["In a browser:          http://192.168.1.20:8000/"],
      link: "http://192.168.1.20:8000/",
    });
    assertEquals(invited("https://[::]:443", FILE).lines, [
      "In a browser:          https://192.168.1.20/files/my%20film.mp4",
      "or                     https://[2001:db8::5]/files/my%20film.mp4",
    ]);
    assertEquals(invited("http://0.0.0.0:80", {}, []).lines, [
      "In a browser:          http://HOST/",
      "(HOST is the name or an address of this machine)",
    ]);
    const both = invited("http://10.0.0.1:8000", { addresses: ["fts://10.0.0.1:9998"] });
    assertEquals(both.lines.map((line) => line.slice(0, 23).trim()), [
      ...["On the other machine:", "In a browser:"],
    ]);
    assertEquals(both.link, "http://10.0.0.1:8000/");
    assertEquals(invited("http://127.0.0.1:8000"), { lines: [], link: undefined });
  },
);

Deno.test("invite prints only on a terminal, and not for this machine alone", async () => {
  const printed = async (terminal: boolean, address: string, qr = false) => {
    const { out, stdout, stderr } = capturedOutput({ stderr: new CapturedSink(terminal) });
    await invite(out, { addresses: [address], ...FILE }, { qr });
    out.flush();
    return [stdout.text, stderr.lines.length];
  };
  assertEquals(await printed(false, "fts://10.0.0.1:1", true), ["", 0]);
  assertEquals(await printed(true, "fts://10.0.0.1:1"), ["", 1]);
  assertEquals(await printed(true, "fts://127.0.0.1:1"), ["", 0]);
  // A notice says why there is no code.
  assertEquals(await printed(true, "fts://127.0.0.1:1", true), ["", 1]);
  const [, lines] = await printed(true, "fts://10.0.0.1:1", true);
  assertEquals(Number(lines) > 20, true);
});
