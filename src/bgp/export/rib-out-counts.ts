/**
 * What a rib-out has done, for operators (introspect §3.13): one for the receivers in step, one for those that catch
 * up by themselves.
 */
export class RibOutCounts {
  /** Encoded once, and handed to receivers. */
  messagesBuilt = 0
  messagesSent = 0
  /** Routes announced and withdrawn, each time to all who are told of it. */
  reach = 0
  unreach = 0
  slices = 0
  /** Receivers that fell out of step, and that came into step again. */
  left = 0
  returned = 0
}
