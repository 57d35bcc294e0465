/**
 * The few system calls that Node.js does not offer, through `koffi` (Linux). Where it does not load, only the calls
 * that need it fail.
 */
import { createRequire } from 'node:module'
import { networkInterfaces } from 'node:os'
import { getSystemErrorName } from 'node:util'
import { withoutZone, zoneOf } from '../net/scoped-ip.js'

/** All return -1 and set errno when they fail. */
export interface Libc {
  socket(family: number, type: number, protocol: number): number
  bind(fd: number, address: Buffer, bytes: number): number
  setsockopt(fd: number, level: number, option: number, value: Buffer, bytes: number): number
  /** `bytes`: the room in `value` as a 32-bit number, and then what there was of it. */
  getsockopt(fd: number, level: number, option: number, value: Buffer, bytes: Buffer): number
  close(fd: number): number
  /** The name of the error of the call just made: 'EINVAL'. */
  errorName(): string
}

/** <sys/socket.h> on Linux. */
export const addressFamily = { inet: 2, inet6: 10 } as const

let loaded: Libc | Error | undefined

/** Throws where there is none. */
export function libc(): Libc {
  loaded ??= load()
  if (loaded instanceof Error) throw loaded
  return loaded
}

/** Why `libc` would throw. */
export function libcUnavailable(): Error | undefined {
  loaded ??= load()
  return loaded instanceof Error ? loaded : undefined
}

function load(): Libc | Error {
  const unavailable = (why: string): Error =>
    Object.assign(new Error(`this socket option is not available: ${why}`), { code: 'ENOTSUP' })
  if (process.platform !== 'linux')
    return unavailable(`it is known on Linux only, not on ${process.platform}`)
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const library = koffi.load(null)
    const errorName = (): string => getSystemErrorName(-koffi.errno())
    return {
      socket: library.func('int socket(int, int, int)'),
      bind: library.func('int bind(int, const void *, unsigned int)'),
      setsockopt: library.func('int setsockopt(int, int, int, const void *, unsigned int)'),
      getsockopt: library.func('int getsockopt(int, int, int, void *, void *)'),
      close: library.func('int close(int)'),
      errorName
    }
  } catch (error) {
    return unavailable(`koffi does not load (${error instanceof Error ? error.message : String(error)})`)
  }
}

/**
 * struct sockaddr_in or sockaddr_in6 at the start of `into`: family in host order, then port and address in network
 * order. In an IPv6 structure an IPv4 address takes its mapped form, and a zone is the scope. Returns the bytes it takes.
 */
export function writeSocketAddress(into: Buffer, isIpv6: boolean, address: string, port: number): number {
  const isIpv4 = !address.includes(':')
  if (!isIpv6 && !isIpv4) throw new RangeError(`${address} does not fit an IPv4 socket`)
  into.writeUInt16LE(isIpv6 ? addressFamily.inet6 : addressFamily.inet, 0)
  into.writeUInt16BE(port, 2)
  if (!isIpv6) {
    writeInet(into, 4, address)
    return 16
  }
  if (isIpv4) {
    into.writeUInt16BE(0xffff, 18)
    writeInet(into, 20, address)
  } else {
    writeInet6(into, 8, withoutZone(address))
    into.writeUInt32LE(scopeOf(zoneOf(address)), 24)
  }
  return 28
}

/** The interface's index; 0, which is no scope, where it has no address of its own. */
function scopeOf(zone: string): number {
  for (const each of networkInterfaces()[zone] ?? []) {
    if (each.family === 'IPv6' && each.scopeid !== 0) return each.scopeid
  }
  return 0
}

function writeInet(into: Buffer, at: number, address: string): void {
  for (const [i, part] of address.split('.').entries()) into[at + i] = Number(part)
}

function writeInet6(into: Buffer, at: number, address: string): void {
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map(g => Number.parseInt(g, 16))
  const [head = '', tail = ''] = address.split('::')
  for (const [i, group] of groups(head).entries()) into.writeUInt16BE(group, at + 2 * i)
  for (const [i, group] of groups(tail).reverse().entries()) into.writeUInt16BE(group, at + 14 - 2 * i)
}
