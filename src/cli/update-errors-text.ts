/** What was wrong with a neighbour's UPDATEs, as text for people. */
import type { NeighborDetail, OffendingMessage } from './api-types.js'
import type { CliIo } from './io.js'
import { oneLine, printAge, printTable } from './table.js'

/** Of a message, before it is cut; the API has it whole. */
const shownBytes = 256
const bytesInLine = 32

/** Nothing where nothing ever was wrong. */
export function updateErrorsText(neighbor: NeighborDetail, io: CliIo): string[] {
  const { updateErrors, offendingMessages } = neighbor
  if (updateErrors.length === 0) return []
  return [
    printTable(
      [
        { title: 'Errors in UPDATEs', cell: e => (e.attribute === '' ? 'routes or message' : e.attribute) },
        { title: 'Reaction', cell: e => e.reaction },
        { title: 'Count', cell: e => String(e.count), align: 'right' }
      ],
      updateErrors,
      io.columns
    ),
    [
      'Last messages with an error, newest first',
      ...offendingMessages.toReversed().map(messageText(io))
    ].join('\n')
  ]
}

const messageText =
  (io: CliIo) =>
  ({ at, error, reaction, offset, what, bytes }: OffendingMessage): string => {
    const length = bytes.length / 2
    const shown = bytes.slice(0, shownBytes * 2).match(new RegExp(`.{1,${bytesInLine * 2}}`, 'g')) ?? []
    const rest = length > shownBytes ? [`    … ${length - shownBytes} bytes more`] : []
    const head = oneLine(`  ${printAge(at, io.now())} ago: ${what}`)
    const where = `    ${error}\n    byte ${offset} of ${length}, ${reaction}`
    return [head, where, ...shown.map(line => `    ${line}`), ...rest].join('\n')
  }
