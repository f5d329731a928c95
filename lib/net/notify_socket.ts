/**
 * Telling the service manager that a service is ready, as sd_notify(3) does.
 *
 * @module
 */

/**
 * Sends one message to the service manager's socket.
 *
 * @param socket What `NOTIFY_SOCKET` says: the path of a datagram socket.
 * @param message As `READY=1`.
 * @param from Where our own end may stand meanwhile: a path that does not exist.
 * @throws What the runtime throws, and for an abstract socket, whose name begins with `@`.
 */
export async function notifyServiceManager(
  socket: string,
  message: string,
  from: string,
): Promise<void> {
  if (!socket.startsWith("/")) throw new Error(`not a socket's path: ${socket}`);
  const own = Deno.listenDatagram({ transport: "unixpacket", path: from });
  try {
    await own.send(new TextEncoder().encode(message), { transport: "unixpacket", path: socket });
  } finally {
    own.close();
    await Deno.remove(from);
  }
}
