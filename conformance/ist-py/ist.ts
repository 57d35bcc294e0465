/**
 * The unmodified public `ist.py`. It needs python3 with lxml, prettytable and requests (Debian: python3-lxml
 * python3-prettytable python3-requests); the script itself is not part of this project: WEFT_IST_PY names it, or it
 * lies at ../shared/ist.py. WEFT_PYTHON names another interpreter.
 */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const python = process.env.WEFT_PYTHON ?? '/usr/bin/python3'
const script = process.env.WEFT_IST_PY ?? join(import.meta.dirname, '../../../shared/ist.py')

/** Why it cannot be run here. */
export function missingIst(): string | undefined {
  if (!existsSync(script)) return `no ist.py at ${script}: set WEFT_IST_PY`
  try {
    execFileSync(python, ['-c', 'import lxml, prettytable, requests'], { stdio: 'ignore' })
    return undefined
  } catch {
    return `${python} lacks lxml, prettytable or requests: apt install python3-{lxml,prettytable,requests}`
  }
}

/** What `ist.py ctr <words>` prints about the node at that address; rejects when the script fails. */
export async function ist(host: string, port: number, words: string): Promise<string> {
  const parameters = [script, '--host', host, '--port', String(port), 'ctr', ...words.split(' ')]
  try {
    const { stdout, stderr } = await execute(python, parameters, {
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024
    })
    if (`${stdout}${stderr}`.includes('Traceback')) throw new Error(`${stdout}${stderr}`)
    return stdout + stderr
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
    throw new Error(`ist.py ctr ${words}: ${stdout}${stderr}` || message)
  }
}
