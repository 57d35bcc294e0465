/** `ltx` has no types of its own: the part of its SAX parser that is used here. */
declare module 'ltx/src/parsers/ltx.js' {
  export default class SaxLtx {
    on(event: 'startElement', listener: (name: string, attributes: Record<string, string>) => void): this
    on(event: 'endElement', listener: (name: string, selfClosing: boolean) => void): this
    on(event: 'text', listener: (text: string) => void): this
    /** Throws on an entity that XML does not define. */
    write(text: string): void
  }
}
