import { masterInstance, type PeerSettings } from '../../config/settings.js'

/** An address of the underlay. Those of tenants mean nothing there: they may be anybody's. */
export const fabricAddress = ({ address, instance }: PeerSettings): string | undefined =>
  instance === masterInstance ? address : undefined

/** The addresses by which the node's file can name neighbours. */
export function neighbourAddresses(peers: Iterable<PeerSettings>): Set<string> {
  const addresses = new Set<string>()
  for (const settings of peers) {
    const address = fabricAddress(settings)
    if (address !== undefined) addresses.add(address)
  }
  return addresses
}
