/** The process: memory and processor use, and trace buffers (introspect §1.9, §3.13). */
import { readFileSync } from 'node:fs'
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os'
import { type Request, request } from '../sandesh/request.js'
import { double, one, type Struct, struct, structs, text, texts, u32 } from '../sandesh/schema.js'
import type { TraceBuffer, TraceEntry } from '../view.js'

interface CpuLoad {
  readonly cpus: number
  readonly totalKiB: number
  readonly freeKiB: number
  readonly virtualKiB: number
  readonly peakVirtualKiB: number
  readonly residentKiB: number
  /** Per processor, over 1, 5 and 15 minutes. */
  readonly loads: readonly number[]
  /** Percent of all processors since the last question. */
  readonly share: number
}

const systemMemory = struct<CpuLoad>('SysMemInfo', [
  u32('total', 1, c => c.totalKiB),
  u32('used', 2, c => c.totalKiB - c.freeKiB),
  u32('free', 3, c => c.freeKiB),
  u32('buffers', 4, () => 0),
  u32('cached', 5, () => 0),
  text('node_type', 6, () => '')
])

const memory = struct<CpuLoad>('MemInfo', [
  u32('virt', 1, c => c.virtualKiB),
  u32('peakvirt', 2, c => c.peakVirtualKiB),
  u32('res', 3, c => c.residentKiB)
])

const averages = struct<CpuLoad>('CpuLoadAvg', [
  double('one_min_avg', 1, c => c.loads[0] ?? 0),
  double('five_min_avg', 2, c => c.loads[1] ?? 0),
  double('fifteen_min_avg', 3, c => c.loads[2] ?? 0)
])

const cpuLoadInfo = struct<CpuLoad>('CpuLoadInfo', [
  u32('num_cpu', 1, c => c.cpus),
  one('sys_mem_info', 5, systemMemory, c => c),
  one('meminfo', 2, memory, c => c),
  one('cpuload', 3, averages, c => c),
  double('cpu_share', 4, c => c.share)
])

const cpuResponse = struct<CpuLoad>('CpuLoadInfoResp', [one('cpu_info', 1, cpuLoadInfo, c => c)])

/** Reads the process's use of the machine; `share` counts from the call before. */
function cpuMeter(): () => CpuLoad {
  let before = process.cpuUsage()
  let beforeAt = process.hrtime.bigint()
  return () => {
    const used = process.cpuUsage(before)
    const now = process.hrtime.bigint()
    const elapsed = Math.max(1, Number(now - beforeAt) / 1000)
    before = process.cpuUsage()
    beforeAt = now
    const cpus = availableParallelism()
    const status = processStatus()
    return {
      cpus,
      totalKiB: Math.round(totalmem() / 1024),
      freeKiB: Math.round(freemem() / 1024),
      virtualKiB: status.VmSize ?? 0,
      peakVirtualKiB: status.VmPeak ?? 0,
      residentKiB: Math.round(process.memoryUsage.rss() / 1024),
      loads: loadavg().map(load => load / cpus),
      share: (100 * (used.user + used.system)) / elapsed / cpus
    }
  }
}

/** Sizes of proc(5) in KiB; empty where there is no /proc. */
function processStatus(): Record<string, number> {
  try {
    const lines = readFileSync('/proc/self/status', 'latin1').matchAll(/^(Vm\w+):\s+(\d+) kB$/gm)
    return Object.fromEntries(Array.from(lines, ([, name, size]) => [name!, Number(size)]))
  } catch {
    return {}
  }
}

const bufferInfo = struct<TraceBuffer>('SandeshTraceBufInfo', [
  text('trace_buf_name', 1, b => b.name, { link: 'SandeshTraceRequest' })
])
const bufferList = struct<readonly TraceBuffer[]>('SandeshTraceBufferListResponse', [
  structs('trace_buffer_list', 1, bufferInfo, b => b)
])

const bufferStatusInfo = struct<TraceBuffer>('SandeshTraceBufStatusInfo', [
  text('trace_buf_name', 1, b => b.name),
  text('enable_disable', 2, b => (b.enabled ? 'Enabled' : 'Disabled')),
  u32('buffer_length', 3, b => b.capacity)
])
const bufferStatus = struct<readonly TraceBuffer[]>('SandeshTraceBufStatusRes', [
  structs('trace_buf_status_list', 1, bufferStatusInfo, b => b)
])

// The time comes first, in microseconds: browsers turn it into local time.
const traceLine = (entry: TraceEntry): string =>
  `${Math.round(entry.time * 1000)} ${entry.message}: ${entry.text}`
const traceText: Struct<readonly TraceEntry[]> = struct('SandeshTraceTextResponse', [
  texts('traces', 1, entries => entries.map(traceLine))
])

/** Requests of one server; each has its own meter. */
export function processPages(): readonly Request[] {
  const measure = cpuMeter()
  return [
    request('cpuinfo', 'CpuLoadInfoReq', [], cpuResponse, measure),
    request('sandesh_trace', 'SandeshTraceBufferListRequest', [], bufferList, view => view.trace.buffers()),
    request('sandesh_trace', 'SandeshTraceBufStatusReq', [], bufferStatus, view => view.trace.buffers()),
    request(
      'sandesh_trace',
      'SandeshTraceRequest',
      [
        { name: 'buf_name', type: 'string' },
        { name: 'count', type: 'u32' }
      ],
      traceText,
      (view, query) => {
        const entries = view.trace.entries(query.text('buf_name'))
        const count = query.number('count')
        return count === 0 ? entries : entries.slice(-count)
      }
    )
  ]
}
