/** What was wrong with a neighbour's UPDATEs (spec bgp 8.3). */
import type { BgpPeer } from '../../bgp/peer/bgp-peer.js'
import type { OffendingMessage } from '../../bgp/peer/fault-log.js'
import { attributeName } from '../../bgp/wire/attribute-rules.js'
import { Reaction } from '../../bgp/wire/decode-error.js'
import { printErrorCode } from '../../bgp/wire/notification.js'
import type * as view from '../view/neighbor.js'

export const updateErrors = ({ faults }: BgpPeer): view.UpdateErrorCount[] =>
  faults.kept.counts.map(({ attribute, reaction, count }) => {
    return { attribute: nameOf(attribute), reaction: reactionNames[reaction], count }
  })

export const offendingMessages = ({ faults }: BgpPeer): view.OffendingMessage[] =>
  faults.kept.messages.map(messageView)

const reactionNames: Readonly<Record<Reaction, view.UpdateReaction>> = {
  [Reaction.discardAttribute]: 'attribute-discard',
  [Reaction.treatAsWithdraw]: 'treat-as-withdraw',
  [Reaction.disableFamily]: 'family-disable',
  [Reaction.resetSession]: 'session-reset'
}

const nameOf = (attribute = 0): string => (attribute === 0 ? '' : attributeName(attribute))

function messageView(message: OffendingMessage): view.OffendingMessage {
  const { at, code, subcode, reaction, attribute, offset, what, bytes } = message
  return {
    at,
    error: printErrorCode(code, subcode),
    code,
    subcode,
    reaction: reactionNames[reaction],
    attribute: nameOf(attribute),
    offset,
    what,
    bytes: Buffer.from(bytes).toString('hex')
  }
}
