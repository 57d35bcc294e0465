/** MRT records as a reader of its own finds them, by RFC 6396 §2 to §4 and RFC 8050. */
export interface MrtRecord {
  readonly type: number
  readonly subtype: number
  /** Microseconds since 1970. */
  readonly time: number
  /** Behind the head, without the microseconds of the extended types. */
  readonly body: Buffer
}

export function records(file: Buffer): MrtRecord[] {
  const found: MrtRecord[] = []
  for (let at = 0; at < file.length; ) {
    const type = file.readUInt16BE(at + 4)
    const length = file.readUInt32BE(at + 8)
    const isExtended = type === 17
    const body = file.subarray(at + 12 + (isExtended ? 4 : 0), at + 12 + length)
    if (at + 12 + length > file.length) throw new Error(`the record at ${at} is cut`)
    const time = file.readUInt32BE(at) * 1e6 + (isExtended ? file.readUInt32BE(at + 12) : 0)
    found.push({ type, subtype: file.readUInt16BE(at + 6), time, body })
    at += 12 + length
  }
  return found
}

export interface Bgp4mp {
  readonly peerAs: number
  readonly localAs: number
  readonly peer: string
  readonly local: string
  /** The message, or both states. */
  readonly rest: Buffer
}

/** Of IPv4 sessions. */
export function bgp4mp({ subtype, body }: MrtRecord): Bgp4mp {
  const isLong = [4, 5, 7, 9, 11].includes(subtype)
  const as = (at: number): number => (isLong ? body.readUInt32BE(at * 2) : body.readUInt16BE(at))
  const at = isLong ? 8 : 4
  if (body.readUInt16BE(at + 2) !== 1) throw new Error('address family')
  const address = (from: number): string => [...body.subarray(from, from + 4)].join('.')
  return {
    peerAs: as(0),
    localAs: as(2),
    peer: address(at + 4),
    local: address(at + 8),
    rest: body.subarray(at + 12)
  }
}
