/** A node of the lab with one neighbour that says exactly what a test has it say, its session up. */
import { familyNamed } from '../../../src/bgp/wire/families.js'
import type { FamilyName } from '../../../src/bgp/wire/family.js'
import { keepalive, message, open, type RawConnection } from '../session/nodes.js'
import { Lab, type LabNode, type PeerOptions } from './lab.js'

const hex = (value: number, bytes: number): string => value.toString(16).padStart(bytes * 2, '0')

/** The optional parameters of an OPEN with these families; an AS: with the capability for 4-byte numbers. */
export function capabilities(families: readonly FamilyName[], fourByteAs?: number, more = ''): string {
  const codes = families.map(name => {
    const { afi, safi } = familyNamed(name)!
    return `0104${hex(afi, 2)}${hex(safi, 2)}`
  })
  const all = codes.join('') + (fourByteAs === undefined ? '' : `4104${hex(fourByteAs, 4)}`) + more
  return `02${hex(all.length / 2, 1)}${all}`
}

export interface CalledOptions extends PeerOptions {
  /** The same AS: an internal session. */
  readonly nodeAs?: number
  readonly as?: number
  readonly twoByteAs?: boolean
  /** Capabilities beside families and AS, in hex. */
  readonly more?: string
  /** All optional parameters of its OPEN instead, in hex. */
  readonly parameters?: string
  readonly lab?: Lab
}

/** AS 65001 at 10.0.0.2 calls the node at 10.0.0.1, AS 64512. */
export function called(options: CalledOptions = {}) {
  const { nodeAs = 64512, as = 65001, twoByteAs, more = '', families = ['inet'], lab = new Lab() } = options
  const node = lab.node('10.0.0.1', nodeAs)
  const peer = node.peer(
    { address: '10.0.0.2', as },
    { ...options, session: { passive: true, ...options.session } }
  )
  const raw = lab.raw('10.0.0.2')
  lab.seconds(1)
  const parameters = options.parameters ?? capabilities(families, twoByteAs === true ? undefined : as, more)
  const call = (): RawConnection => {
    const connection = raw.dial('10.0.0.1')
    connection.send(open({ as: Math.min(as, 0xffff), parameters }), keepalive)
    lab.until(() => peer.session.state === 'established', 10)
    lab.seconds(0.1)
    return connection
  }
  return { lab, node, peer, call, connection: call() }
}

/** The UPDATE with these fields, in hex; lengths are filled in. */
export function update(attributes: string, nlri = '', withdrawn = ''): string {
  const [block, gone] = [attributes.replaceAll(' ', ''), withdrawn.replaceAll(' ', '')]
  return message(
    2,
    hex(gone.length / 2, 2) + gone + hex(block.length / 2, 2) + block + nlri.replaceAll(' ', '')
  )
}

/** An attribute with its header, in hex. */
export function attribute(flags: number, code: number, value: string): string {
  const bytes = value.replaceAll(' ', '')
  const length = bytes.length / 2
  return length > 255
    ? hex(flags | 0x10, 1) + hex(code, 1) + hex(length, 2) + bytes
    : hex(flags, 1) + hex(code, 1) + hex(length, 1) + bytes
}

/** The prefixes in a table of the node, in order. */
export function prefixesOf(node: LabNode, name: FamilyName = 'inet'): string[] {
  const table = node.table(familyNamed(name)!)
  const prefixes: string[] = []
  for (let index = 0; index < table.indexEnd; index++) {
    const route = table.at(index)
    if (route?.paths !== undefined) prefixes.push(table.print(route))
  }
  return prefixes.sort()
}
