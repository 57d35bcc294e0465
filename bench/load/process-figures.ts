/** CPU and memory of processes as the kernel counts them. */
import { readFileSync } from 'node:fs'

const ticksPerSecond = 100

/** User and system time of all threads, seconds. */
export function cpuSeconds(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    const text = read(`/proc/${pid}/stat`)
    // The name may have blanks in it: fields are counted from behind its parenthesis.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
  }
  return ticks / ticksPerSecond
}

/** Peak resident memory, all processes together. */
export function peakMiB(pids: readonly number[]): number {
  let kib = 0
  for (const pid of pids) kib += Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
  return kib / 1024
}

export function residentMiB(pids: readonly number[]): number {
  let kib = 0
  for (const pid of pids) kib += Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
  return kib / 1024
}

/** Both CPUs, all processes: what is busy, seconds. */
export function machineBusySeconds(): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = read('/proc/stat')
    .split('\n')[0]!
    .split(/\s+/)
    .map(Number)
  return (user + nice + system + irq + softirq) / ticksPerSecond
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
