/**
 * The configuration of a small Ceph on the loopback interface, without logins between its parts.
 *
 * @module
 */

/** What differs between instances. */
export interface CephFacts {
  /** The folder of everything. */
  readonly dir: string;
  readonly id: string;
  readonly osds: number;
  /** Ports of the monitor, for both versions of its protocol. */
  readonly monitorPorts: readonly [v2: number, v1: number];
  readonly gatewayPort: number;
}

/** Bytes of the sparse file that each OSD may fill. */
const OSD_BYTES = "8G";

/** Returns the text of `ceph.conf`. */
export function cephConfig({ dir, id, osds, monitorPorts, gatewayPort }: CephFacts): string {
  const [v2, v1] = monitorPorts;
  const copies = Math.min(osds, 3);
  return `[global]
fsid = ${id}
mon host = [v2:127.0.0.1:${v2}/0,v1:127.0.0.1:${v1}/0]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
ms cluster mode = crc
ms service mode = crc
ms client mode = crc
ms mon cluster mode = crc
ms mon service mode = crc
ms mon client mode = crc
run dir = ${dir}/sock
admin socket = ${dir}/sock/$name.asok
log file = ${dir}/log/$name.log
crash dir = ${dir}/log
mon cluster log file = ${dir}/log/cluster.log
log to stderr = false
err to stderr = true
setuser match path =
osd crush chooseleaf type = 0
osd pool default size = ${copies}
osd pool default min size = ${copies === 3 ? 2 : 1}
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
mon osd reporter subtree level = osd
mon osd min down reporters = 1
mon data avail crit = 1
mon data avail warn = 1
paxos propose interval = 0.05
paxos min wait = 0.01
mon tick interval = 1
osd objectstore = bluestore
[mon]
mon data = ${dir}/mon.a
[osd]
osd data = ${dir}/osd.$id
bluestore block size = ${OSD_BYTES}
bluestore cache autotune = false
bluestore cache size = 64M
osd memory target = 1G
osd crush initial weight = 1
osd heartbeat grace = 6
osd heartbeat interval = 2
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort} tcp_nodelay=1
rgw data = ${dir}/rgw
rgw thread pool size = 64
rgw enable apis = s3
rgw dynamic resharding = false
rgw enable usage log = false
rgw run sync thread = false
rgw gc obj min wait = 5
rgw gc processor period = 5
`;
}
