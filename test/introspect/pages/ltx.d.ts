/** `ltx` has no types of its own: the part of its trees that these tests use. */
declare module 'ltx' {
  export class Element {
    readonly name: string
    readonly attrs: Record<string, string>
    readonly children: (Element | string)[]
    getText(): string
  }
  export function parse(text: string): Element
}
