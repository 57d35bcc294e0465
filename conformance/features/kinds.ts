/** The daemons, in the order of the matrix's columns. */
import { bird } from '../daemons/bird.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { exabgp } from '../daemons/exabgp.js'
import { frr } from '../daemons/frr.js'
import { gobgp } from '../daemons/gobgp.js'
import { openbgpd } from '../daemons/openbgpd.js'

export const daemonKinds: readonly DaemonKind[] = [frr, bird, gobgp, openbgpd, exabgp]
