import { NEEDS_CEPH } from "../../testing/ceph/ceph.ts";
import { sharedCeph } from "../../testing/ceph/ceph_store.ts";
import { storeConformance } from "../storage/store_conformance.ts";

const shared = sharedCeph();

storeConformance("ObjectStore over Ceph", async () => {
  const store = await shared.open();
  return { store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}, NEEDS_CEPH);
