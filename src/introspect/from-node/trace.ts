import type { ControlNode } from '../../control-node.js'
import type { TraceRing } from '../../runtime/trace-ring.js'
import type { TracedMessage } from '../../xmpp/message-trace.js'
import type * as view from '../view/process.js'
import { printEndpoint } from './names.js'

export function traceView({ bgpTrace, xmppTrace }: ControlNode): view.TraceView {
  return {
    buffers: () =>
      [bgpTrace, xmppTrace.ring].map(({ name, capacity }) => ({ name, capacity, enabled: true })),
    entries: buffer => {
      if (buffer === bgpTrace.name) {
        return print(bgpTrace, ({ level, fields, message }) =>
          [
            message,
            ...Object.entries(fields).map(([name, value]) => `${name}=${printValue(value)}`),
            level
          ].join(' ')
        )
      }
      return buffer === xmppTrace.ring.name ? print(xmppTrace.ring, printMessage) : []
    }
  }
}

const print = <Content>(ring: TraceRing<Content>, text: (content: Content) => string): view.TraceEntry[] =>
  ring.entries().map(({ time, message, content }) => ({ time, message, text: text(content) }))

const printValue = (value: unknown): string =>
  typeof value === 'string' ? value : value instanceof Error ? value.message : (JSON.stringify(value) ?? '')

const printMessage = ({ agent, remote, content }: TracedMessage): string =>
  `${agent} ${printEndpoint(remote)} ${typeof content === 'string' ? content : Buffer.concat(content).toString()}`
