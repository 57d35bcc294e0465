import t from 'tap'
import { readObjectList } from '../../src/config-store/object-list.js'

const instance = (index: number) => ({
  type: 'routing_instance',
  fq_name: ['default-domain', 'p', `vn${index}`, `ri${index}`],
  parent_type: 'virtual_network',
  routing_instance_refs: [{ to: ['default-domain', 'p', 'far', 'away'], attr: {} }]
})

t.test('a list is read, completed and looked over in slices', async t => {
  for (const count of [0, 99, 1000]) {
    let turns = 0
    const list = Array.from({ length: count }, (_, index) => instance(index))
    const { objects, problems } = await readObjectList('objects', list, async () => void turns++)
    t.equal(turns, Math.floor(count / 100) + Math.floor((2 * count) / 100), `${count} objects, three times`)
    t.equal(
      objects.length,
      count === 0 ? 0 : 2 * count + 2,
      'with a network each, the project and the domain'
    )
    t.equal(problems.length, count)
    t.match(problems.at(-1) ?? {}, count === 0 ? {} : { path: `[${count - 1}].routing_instance_refs` })
  }
})
