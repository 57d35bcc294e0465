import { attributeOf, escapeXml, isXmlError, parseXml } from './xml.js'

/** The `<stream:stream>` tags that open a connection in both directions (spec xmpp 2.1 to 2.3). */
export interface StreamHeader {
  /** The agent's name: its identity from here on. */
  readonly from: string
  /** The agent's sub-cluster, which it sends as `xmlns`; empty when it has none. */
  readonly subCluster: string
}

export interface StreamHeaderError {
  readonly what: string
}

const declaration = '<?xml version="1.0"?>'
const startTag = '<stream:stream'
/** A longer name is no host name (RFC 1035 §2.3.4), and it is repeated in every message. */
const maximumNameLength = 255

/** Reads a header as the framer cuts it. It must be the first thing on the connection, line ends aside. */
export function parseStreamHeader(text: string): StreamHeader | StreamHeaderError {
  let tag = text.replaceAll('\n', '').replaceAll('\r', '')
  if (tag.startsWith(declaration)) tag = tag.slice(declaration.length)
  if (!tag.startsWith(startTag)) return { what: 'something precedes the stream header' }
  // The tag stays open for the life of the stream; closed at once, it is a document.
  const element = parseXml(`${tag.slice(0, -1)}/>`)
  if (isXmlError(element)) return { what: `stream header: ${element.what}` }
  if (element.name !== 'stream:stream') return { what: `<${element.name}> instead of a stream header` }
  const from = attributeOf(element, 'from') ?? ''
  if (from === '') return { what: 'stream header without from' }
  if (from.length > maximumNameLength)
    return { what: `stream header with a from of ${from.length} characters` }
  return { from, subCluster: attributeOf(element, 'xmlns') ?? '' }
}

/**
 * The answer. The agent finds the end of the tag by the namespace, so `xmlns:stream` is the last attribute; the other
 * values are the constants that agents have always been given.
 */
export const printStreamHeader = (hostName: string, agentName: string): string =>
  `<stream:stream from="${escapeXml(hostName)}" to="${escapeXml(agentName)}" id="++123" version="1.0"` +
  ' xml:lang="en" xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams" >'
