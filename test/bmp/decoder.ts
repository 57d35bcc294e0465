/** A reader of BMP streams (RFC 7854 §4) that shares nothing with the writer. */
export interface BmpMessage {
  readonly type: number
  readonly peerType: number
  readonly flags: number
  readonly distinguisher: string
  readonly address: string
  readonly as: number
  readonly body: Buffer
  /** Of the UPDATE or NOTIFICATION in it, whole. */
  readonly bgp: readonly Buffer[]
}

export function decode(stream: Buffer): BmpMessage[] {
  const messages: BmpMessage[] = []
  for (let at = 0; at < stream.length; ) {
    if (stream[at] !== 3) throw new Error(`version ${stream[at]} at ${at}`)
    const length = stream.readUInt32BE(at + 1)
    const type = stream[at + 5]!
    const message = stream.subarray(at, at + length)
    if (message.length < length) throw new Error('cut short')
    const perPeer = type < 4
    const body = message.subarray(perPeer ? 48 : 6)
    messages.push({
      type,
      peerType: perPeer ? message[6]! : -1,
      flags: perPeer ? message[7]! : 0,
      distinguisher: perPeer ? message.subarray(8, 16).toString('hex') : '',
      address: perPeer ? [...message.subarray(28, 32)].join('.') : '',
      as: perPeer ? message.readUInt32BE(32) : 0,
      body,
      bgp: bgpMessages(
        type === 0 ? body : type === 3 ? body.subarray(20) : type === 2 ? body.subarray(1) : body
      )
    })
    at += length
  }
  return messages
}

function bgpMessages(bytes: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at + 19 <= bytes.length && bytes[at] === 0xff; ) {
    const length = bytes.readUInt16BE(at + 16)
    found.push(bytes.subarray(at, at + length))
    at += length
  }
  return found
}
