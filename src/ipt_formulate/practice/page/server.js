// What is asked of the server. A fault comes back as a list of messages.

export class Faults extends Error {
  constructor(messages) {
    super(messages.join('\n'))
    this.messages = messages
  }
}

async function answered(path, options) {
  let answer
  try {
    answer = await fetch(path, {credentials: 'omit', ...options})
  } catch {
    throw new Faults(['The server does not answer. If it was ended, start it again; this page keeps what you did.'])
  }
  if (answer.ok) return answer
  const told = await answer.json().catch(() => ({}))
  throw new Faults(told.problems ?? ['The server could not answer this.'])
}

const sent = content => ({method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(content)})
const json = async (path, options) => (await answered(path, options)).json()
const at = name => `/api/cases/${encodeURIComponent(name)}`

export const cases = () => json('/api/cases')
export const theCase = name => json(at(name))
export const ask = (name, sessions, asked) => json(`${at(name)}/ask`, sent({sessions, asked}))
export const compare = attempts => json('/api/compare', sent({attempts}))
export const change = (name, changes) => json('/api/change', sent({case: name, changes}))

/** The text of an export, and the name of its file. */
export async function exported(content) {
  const answer = await answered('/api/export', sent(content))
  const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')
  return {text: await answer.text(), name: name ? name[1] : 'practice.txt', kind: answer.headers.get('content-type')}
}
