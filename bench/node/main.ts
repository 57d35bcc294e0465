/** The node alone, without HTTP: `node main.js CONFIG`, for as long as the command line has no `run`. */
import { readFileSync } from 'node:fs'
import { makeNodeWith } from '../../src/cli/make-node.js'
import { parseNodeConfig } from '../../src/config/node-config.js'

const file = process.argv[2]!
const { config, problems } = parseNodeConfig(file, readFileSync(file, 'utf8'))
if (config === undefined) throw new Error(JSON.stringify(problems))
const node = makeNodeWith(() => undefined as never)(config)
await node.start()
console.error(`${config.hostname} is running.`)
process.once('SIGTERM', async () => {
  await node.stop()
  process.exit()
})
