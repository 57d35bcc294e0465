import t from 'tap'
import {
  escapeText,
  printDouble,
  printDuration,
  printIndexSet,
  printTime
} from '../../../src/introspect/sandesh/format.js'

t.test('times have six fraction digits, also when they are zero', async t => {
  t.equal(printTime(Date.UTC(2026, 2, 5, 9, 15, 42)), '2026-Mar-05 09:15:42.000000')
  t.equal(printTime(Date.UTC(2026, 11, 31, 23, 59, 59) + 118.23), '2026-Dec-31 23:59:59.118230')
  t.equal(printTime(Date.UTC(2026, 0, 1) + 999.9996), '2026-Jan-01 00:00:01.000000', 'rounding carries over')
  t.equal(printTime(undefined), '', 'never happened')
})

t.test('durations', async t => {
  t.equal(printDuration(0), '00:00:00')
  t.equal(printDuration(191_402.918), '00:03:11.402918')
  t.equal(printDuration(3_600_000 * 123), '123:00:00', 'more than two digits of hours')
  t.equal(printDuration(-5), '00:00:00', 'a clock that went back')
})

t.test('text content', async t => {
  t.equal(escapeText(`<a href="x">Tom & Jerry's</a>`), '&lt;a href="x"&gt;Tom &amp; Jerry&apos;s&lt;/a&gt;')
  t.equal(escapeText('a\u0000b\u001bc\ufffed'), 'a?b?c?d', 'characters that XML has no form for')
  t.equal(escapeText('lone \ud800 surrogate, whole 😀'), 'lone ? surrogate, whole 😀')
  t.equal(escapeText('line\nline\ttab'), 'line\nline\ttab')
})

t.test('doubles and index sets', async t => {
  t.equal(printDouble(49), '49')
  t.equal(printDouble(1.23456789), '1.23457')
  t.equal(printIndexSet([]), '-')
  t.equal(printIndexSet([0]), '0')
  t.equal(printIndexSet([5, 3, 2, 4, 0]), '0,2-5')
})
