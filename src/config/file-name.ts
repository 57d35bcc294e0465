/** Names with a time in them, by the conversions of strftime (IEEE Std 1003.1) that make sense in a file name; UTC. */

const two = (value: number): string => String(value).padStart(2, '0')

const conversions: Readonly<Record<string, (time: Date) => string>> = {
  Y: time => String(time.getUTCFullYear()),
  y: time => two(time.getUTCFullYear() % 100),
  m: time => two(time.getUTCMonth() + 1),
  d: time => two(time.getUTCDate()),
  /** Day of the year, from 001. */
  j: time => {
    const days = (time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / 86_400_000
    return String(1 + Math.floor(days)).padStart(3, '0')
  },
  H: time => two(time.getUTCHours()),
  M: time => two(time.getUTCMinutes()),
  S: time => two(time.getUTCSeconds()),
  /** Seconds since 1970. */
  s: time => String(Math.floor(time.getTime() / 1000)),
  '%': () => '%'
}

const pattern = /%(.|$)/g

/** `time` in milliseconds since 1970. */
export function expandFileName(name: string, time: number): string {
  const date = new Date(time)
  return name.replace(pattern, (whole, letter: string) => conversions[letter]?.(date) ?? whole)
}

/** The first conversion that there is not: `%Q`. */
export function unknownConversion(name: string): string | undefined {
  for (const [whole, letter] of name.matchAll(pattern))
    if (letter === '' || !Object.hasOwn(conversions, letter!)) return whole
  return undefined
}
