// Facts of a case answered otherwise, one after the other; what comes out is drawn anew at once.

import {button, el, faults, safety, say, select, sentence, show, words} from './dom.js'
import * as server from './server.js'

const capital = text => text.slice(0, 1).toUpperCase() + text.slice(1)
const named = fact => capital(fact.about ? `${fact.about}, ${fact.label}` : fact.label)
const area = name => name.replaceAll('_', ' ')

export async function changing(told, {leave, wanted}) {
  let changes = []
  let turn = Promise.resolve()
  let now = await server.change(told.name, changes)
  if (!wanted()) return
  const first = Object.fromEntries(now.facts.map(fact => [fact.path, fact.now]))
  const flags = el('div')
  const standing = el('div', {class: 'standing', role: 'group', 'aria-label': 'Focus', tabindex: '0'})
  const out = el('section', {class: 'outcome', 'aria-label': 'What comes out'})
  const made = el('div', {class: 'changes'})
  const list = el('ul', {class: 'plain facts'})
  const wrong = el('div')
  const found = el('p', {class: 'soft', role: 'status'})
  const search = el('input', {type: 'search', id: 'search', autocomplete: 'off', oninput: () => sift()})

  /** One change after the other, each made to what the one before it left. */
  const changed = (make, back) => { turn = turn.then(() => answered(make, back)) }
  async function answered(make, back) {
    wrong.replaceChildren()
    try {
      const next = make()
      now = await server.change(told.name, next.map(({path, answer}) => ({path, answer})))
      changes = next
    } catch (fault) {
      wrong.replaceChildren(faults(fault.messages ?? [fault.message]))
    }
    draw()
    if (back) document.getElementById(back)?.focus()
    say(now.focus.sentence)
  }
  const row = (fact, number) => {
    const id = `fact-${number}`
    const other = first[fact.path] !== undefined && first[fact.path] !== fact.now
    const choices = [['', `${other ? 'now' : 'as recorded'}: ${fact.now}`], ...fact.answers.map(each => [String(each.place), each.words]), ...(fact.recorded ? [['none', 'not recorded']] : [])]
    return el('li', {class: other ? 'fact other' : 'fact'},
      el('label', {for: id}, words(named(fact))), el('p', {class: 'soft', id: `${id}-means`}, words(fact.meaning)),
      select(choices, '', value => {
        if (value === '') return
        const text = value === 'none' ? 'not recorded' : fact.answers[Number(value)].words
        changed(() => [...changes, {path: fact.path, answer: value === 'none' ? null : placeNow(fact.path, text), text: `${named(fact)}: ${text}`}], id)
      }, {id, 'aria-describedby': `${id}-means`}),
      other && el('p', {class: 'soft'}, 'As recorded: ', words(first[fact.path])))
  }
  /** The place that an answer has now, when those before it were made. */
  function placeNow(path, text) {
    const answer = now.facts.find(fact => fact.path === path)?.answers.find(each => each.words === text)
    if (!answer) throw new Error('This fact can no longer be answered so; look at it again.')
    return answer.place
  }
  function sift() {
    const sought = search.value.toLowerCase().split(/\s+/).filter(Boolean)
    let count = 0
    now.facts.forEach((fact, number) => {
      const text = `${named(fact)} ${fact.meaning} ${fact.now} ${fact.path}`.toLowerCase()
      const fits = sought.every(each => text.includes(each))
      list.children[number].hidden = !fits
      count += fits
    })
    found.textContent = `${count} of ${now.facts.length} facts`
  }
  function draw() {
    const tree = el('img', {alt: `Reasoning tree. ${Object.entries(now.areas).map(([name, status]) => `${area(name)}: ${area(status)}`).join('; ')}.`, src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(now.svg)}`})
    flags.replaceChildren(safety(now.safety))
    standing.replaceChildren(el('p', {class: 'lead'}, sentence(now.focus.sentence)), el('p', {class: 'soft'}, `Status: ${now.focus.status}.`))
    out.replaceChildren(
      el('h3', {}, 'Areas'), el('ul', {class: 'plain'}, Object.entries(now.areas).map(([name, status]) => el('li', {}, `${area(name)}: `, el('span', {class: `v ${status}`}, area(status))))),
      el('h3', {}, 'Reasoning'), el('div', {class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Reasoning tree'}, tree))
    made.replaceChildren(...(changes.length ? [
      el('ol', {}, changes.map(each => el('li', {}, words(each.text)))),
      el('p', {class: 'row'}, button('As recorded', () => changed(() => [], 'search')), button('Undo the last', () => changed(() => changes.slice(0, -1), 'search')))]
      : [el('p', {class: 'soft'}, 'Nothing is changed: this is the case as recorded.')]))
    list.replaceChildren(...now.facts.map(row))
    sift()
  }
  draw()
  show(`What if: ${told.title}`,
    el('p', {class: 'soft'}, told.most_sessions ? 'Everything that can be known of this case is recorded here. ' : '', 'Change a fact, and what comes out is drawn anew. The case itself stays as it is.'),
    flags,
    standing,
    el('div', {class: 'work wide'},
      out,
      el('section', {'aria-labelledby': 'facts'}, el('h3', {id: 'facts'}, 'Facts'), wrong, made,
        el('p', {}, el('label', {for: 'search'}, 'Search the facts'), ' ', search), found, list)),
    el('p', {}, button('To the list of cases', leave)))
}
