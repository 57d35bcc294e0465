/**
 * PMSI_TUNNEL values (RFC 6514 §5): flags (1 byte), tunnel type (1), label (3), identifier. The label is a raw VNI
 * where the path's encapsulation is VXLAN, else 20 bits of label in the upper bits (spec routing 5.6).
 */
import { printIp } from '../../net/ip.js'
import { u32At } from './attributes.js'

export const TunnelType = {
  none: 0,
  rsvpTe: 1,
  mldpP2mp: 2,
  pimSsm: 3,
  pimSm: 4,
  bidirPim: 5,
  ingressReplication: 6,
  mldpMp2mp: 7,
  assistedReplication: 252
} as const

/** Bits of the flags; the role of assisted replication is a number in two bits (RFC 9574 §4). */
export const PmsiFlag = { leafInformationRequired: 0x01, edgeReplication: 0x80 } as const
export const AssistedRole = { regular: 0, replicator: 1, leaf: 2 } as const

export interface PmsiTunnel {
  readonly flags: number
  readonly type: number
  /** 24 bits as on the wire. */
  readonly label: number
  readonly identifier: Uint8Array
}

const headerLength = 5

/** Reads a value that `UpdateDecoder` has let pass. */
export function readPmsiTunnel(bytes: Uint8Array, start = 0, end = bytes.length): PmsiTunnel {
  return {
    flags: bytes[start]!,
    type: bytes[start + 1]!,
    label: u32At(bytes, start + 1) & 0xffffff,
    identifier: bytes.slice(start + headerLength, end)
  }
}

export function writePmsiTunnel({ flags, type, label, identifier }: PmsiTunnel): Uint8Array {
  const bytes = new Uint8Array(headerLength + identifier.length)
  bytes.set([flags, type, label >>> 16, label >>> 8, label])
  bytes.set(identifier, headerLength)
  return bytes
}

export function assistedRole({ flags }: PmsiTunnel): number {
  return (flags >> 3) & 3
}

const names: Record<number, string> = {
  [TunnelType.none]: 'none',
  [TunnelType.rsvpTe]: 'rsvp-te-p2mp',
  [TunnelType.mldpP2mp]: 'mldp-p2mp',
  [TunnelType.pimSsm]: 'pim-ssm',
  [TunnelType.pimSm]: 'pim-sm',
  [TunnelType.bidirPim]: 'bidir-pim',
  [TunnelType.ingressReplication]: 'ingress-replication',
  [TunnelType.mldpMp2mp]: 'mldp-mp2mp',
  [TunnelType.assistedReplication]: 'assisted-replication'
}

/** `ingress-replication 10.84.5.9 label 5000`; `vni`: the label field is a VNI. */
export function printPmsiTunnel(tunnel: PmsiTunnel, vni: boolean): string {
  const { type, label, identifier } = tunnel
  const parts = [names[type] ?? `tunnel-type-${type}`]
  if (identifier.length === 4 || identifier.length === 16) parts.push(printIp(identifier))
  else if (identifier.length > 0) parts.push(Buffer.from(identifier).toString('hex'))
  parts.push(`label ${vni ? label : label >> 4}`)
  return parts.join(' ')
}
