/**
 * A room in which both programs follow plans.
 *
 * @module
 */

import { PlanFile } from "../os/plan_file.ts";
import { plannedProgram } from "../os/program.ts";
import { openRoom, type Room } from "../room.ts";

/** A room with its plans. Disposing it stops the server and removes every file. */
export interface PlannedRoom extends AsyncDisposable {
  readonly room: Room;
  readonly server: PlanFile;
  readonly client: PlanFile;
}

/** Opens one, with plans that do nothing yet. */
export async function openPlannedRoom(): Promise<PlannedRoom> {
  const folder = await Deno.makeTempDir({ prefix: "ft_plans_" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const server = await PlanFile.create(folder, "server");
  const client = await PlanFile.create(folder, "client");
  const programs = {
    server: await plannedProgram("ftserver", folder, server.path),
    client: await plannedProgram("ftclient", folder, client.path),
  };
  const room = stack.use(await openRoom({ programs }));
  const owned = stack.move();
  return { room, server, client, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
