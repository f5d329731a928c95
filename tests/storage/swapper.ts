// A worker that replaces a folder by a link to another place and back, until it is stopped.

interface Order {
  readonly folder: string;
  readonly link: string;
  readonly aside: string;
  readonly stop: Int32Array;
}

self.addEventListener("message", (message) => {
  const { folder, link, aside, stop } = (message as MessageEvent<Order>).data;
  while (Atomics.load(stop, 0) === 0) {
    Deno.renameSync(folder, aside);
    Deno.renameSync(link, folder);
    Deno.renameSync(folder, link);
    Deno.renameSync(aside, folder);
  }
  (self as unknown as Worker).postMessage("stopped");
});
