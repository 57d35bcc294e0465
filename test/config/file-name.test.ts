import t from 'tap'
import { expandFileName, unknownConversion } from '../../src/config/file-name.js'

const time = Date.UTC(2026, 1, 3, 4, 5, 6, 999)
for (const [name, expanded] of [
  ['%Y%m%d.%H%M%S', '20260203.040506'],
  ['%y-%j', '26-034'],
  ['%s', '1770091506'],
  ['100%%', '100%'],
  ['%%Y', '%Y'],
  ['plain', 'plain']
] as const)
  t.test(name, async t => {
    t.equal(expandFileName(name, time), expanded)
    t.equal(unknownConversion(name), undefined)
  })

t.test('what is no conversion', async t => {
  for (const [name, unknown] of [
    ['a%Qb', '%Q'],
    ['a%', '%'],
    ['%Y%-d', '%-'],
    ['%constructor', '%c']
  ])
    t.equal(unknownConversion(name!), unknown)
})
