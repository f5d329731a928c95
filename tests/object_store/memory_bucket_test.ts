/**
 * The conformance suite over a bucket in memory, which needs no Ceph: it shows that the stub of
 * measurements answers as a store does.
 */

import { openMemoryStore } from "../../testing/object_store/memory_store.ts";
import { storeConformance } from "../storage/store_conformance.ts";

storeConformance("ObjectStore over a bucket in memory", () => openMemoryStore());
