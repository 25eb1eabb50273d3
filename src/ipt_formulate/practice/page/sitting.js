// What was committed since the page was opened. It lives in this page alone, until it is exported.

import {button, el, say} from './dom.js'
import {exported} from './server.js'

export const sitting = {rounds: [], counts: {}, kept: true, begun: false}

const PEOPLE = {trainee: 'You', therapist: 'Therapist', supervisor: 'Supervisor'}
export const person = by => PEOPLE[by]

/** Keep a round: the attempts that were compared together, and how often each agreed with the library. */
export function committed(attempts, comparison) {
  sitting.rounds.push(attempts)
  sitting.kept = false
  for (const [by, counts] of Object.entries(comparison.counts)) {
    const before = sitting.counts[by] ?? {agreed: 0, counted: 0, left_open: 0}
    sitting.counts[by] = Object.fromEntries(Object.keys(before).map(key => [key, before[key] + counts[key]]))
  }
  shown()
}

/** Put a view held against the library's into the attempt that was kept. */
export function overridden(attempt, override) {
  for (const round of sitting.rounds) {
    const place = round.indexOf(attempt)
    if (place >= 0) {
      round[place] = {...attempt, override}
      sitting.kept = false
      return round[place]
    }
  }
  return {...attempt, override}
}

export const agreement = counts => `${counts.agreed} of ${counts.counted} points alike` +
  (counts.left_open ? `, ${counts.left_open} left open by what is recorded` : '')

/** Hand a file over to be kept. */
export async function handOver(content) {
  const file = await exported(content)
  const address = URL.createObjectURL(new Blob([file.text], {type: file.kind}))
  const link = el('a', {href: address, download: file.name, hidden: true})
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(address), 10000)
  say(`${file.name} is handed over to be kept.`)
}

/** The line under the heading: how many cases, how often alike, and what can be kept. */
export function shown() {
  const place = document.getElementById('sitting')
  place.hidden = sitting.rounds.length === 0
  const attempt = async (content, all) => {
    const kept = JSON.stringify(sitting.rounds)
    try {
      await handOver(content)
      if (all) sitting.kept = kept === JSON.stringify(sitting.rounds)
    } catch (fault) {
      place.querySelector('.fault').textContent = fault.message
    }
  }
  const session = {rounds: sitting.rounds}
  const several = Object.keys(sitting.counts).length > 1 || !sitting.counts.trainee
  place.replaceChildren(
    el('p', {}, el('strong', {}, `${sitting.rounds.length} ${sitting.rounds.length === 1 ? 'case' : 'cases'} in this sitting. `),
      Object.entries(sitting.counts).map(([by, counts]) => `${person(by)} and the library: ${agreement(counts)}. `),
      el('span', {class: 'soft'}, 'It compares two readings, and is no score of anybody.')),
    el('p', {class: 'row'},
      Object.keys(sitting.counts).map(by => button(several ? `Ratings of the ${by} (CSV)` : 'Ratings (CSV)',
        () => attempt({kind: 'ratings', by, session}, false))),
      button('The whole sitting (JSON)', () => attempt({kind: 'session', session}, true))),
    el('p', {class: 'fault alert', role: 'alert'}))
}

addEventListener('beforeunload', event => {
  if (!sitting.kept || sitting.begun) event.preventDefault()
})
