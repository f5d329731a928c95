/**
 * Messages to the service manager, as sd_notify(3) sends them.
 *
 * @module
 */

/**
 * Sends one message to the service manager's socket.
 *
 * @param socket The value of `NOTIFY_SOCKET`: the path of a datagram socket.
 * @param message The message, such as `READY=1`.
 * @param from A path that does not exist, for the temporary socket of the sender.
 * @throws Errors of the runtime, and an error for an abstract socket, whose name begins with `@`.
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
