// A worker that exchanges a folder and a link, each time in one step, until it is stopped.

interface Order {
  readonly folder: string;
  readonly link: string;
  readonly stop: Int32Array;
}

const AT_FDCWD = -100;
const RENAME_EXCHANGE = 2;

self.addEventListener("message", (message) => {
  const { folder, link, stop } = (message as MessageEvent<Order>).data;
  const text = (path: string) => new TextEncoder().encode(`${path}\0`);
  const [one, other] = [text(folder), text(link)];
  const system = Deno.dlopen("libc.so.6", {
    renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
  });
  const exchange = () =>
    system.symbols.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) === 0;
  let exchanged = 0;
  while (Atomics.load(stop, 0) === 0 || exchanged % 2 === 1) if (exchange()) exchanged++;
  system.close();
  (self as unknown as Worker).postMessage("stopped");
});
