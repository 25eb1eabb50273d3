// An attempt at a case, before anything of the library's reasoning is fetched.

import {asking} from './asking.js'
import {circle} from './circle.js'
import {button, el, faults, paragraphs, radios, show} from './dom.js'
import {person, sitting} from './sitting.js'
import {timeline} from './timeline.js'

const MARKS = [['present', 'present'], ['absent', 'absent'], ['unsure', 'not sure']]

export function working(known, by, {commit, leave}) {
  const attempt = {by, case: known.name, areas: {}, focus: null, closeness: {}, order: {}}
  const begun = () => {
    sitting.begun = true
    stillOpen()
  }
  const blind = by === 'supervisor'
  const placing = el('div')
  const wrong = el('div')

  function learnt(now) {
    known = now
    begun()
    draw()
  }
  function draw() {
    placing.replaceChildren(
      step('Who is how close', 'Place everyone on the circle as things are now. Drag the numbers, or choose in the list. What is not told can stay unplaced.', circle(known.people, attempt.closeness, begun)),
      step('What began when', 'Place each as it lies to the onset of the episode. Drag, or choose in the list.', timeline(known.events, attempt.order, begun)))
  }
  const title = area => area.title.split(' (')[0]
  const areas = step('Problem areas', 'Mark each on what you know now. Not sure is an answer: what was not asked is not absent.',
    el('div', {class: 'areas'}, known.areas.map(area => radios(`area-${area.id}`, area.title, MARKS, null, value => {
      attempt.areas[area.id] = value
      begun()
    }, {meaning: area.meaning}))))
  const focus = step('Focus', null, radios('focus', 'The focus you would offer now',
    [...known.areas.map(area => [area.id, title(area)]), ['none', 'none settled yet']], null, value => {
      attempt.focus = value
      begun()
    }))

  function missing() {
    const open = known.areas.filter(area => !attempt.areas[area.id]).map(area => [`area-${area.id}`, `Mark ${title(area).toLowerCase()}: present, absent or not sure.`])
    if (!attempt.focus) open.push(['focus', 'Choose a focus, or none settled yet.'])
    return open
  }
  /** Of what was said to be missing, leave what still is. */
  function stillOpen() {
    const open = missing().map(([, text]) => text)
    wrong.querySelectorAll('li').forEach(each => { if (!open.includes(each.textContent)) each.remove() })
    if (!wrong.querySelector('li')) wrong.replaceChildren()
  }
  async function committing(event) {
    event.preventDefault()
    const open = missing()
    if (open.length) {
      wrong.replaceChildren(faults(open.map(([, text]) => text)))
      document.querySelector(`#${open[0][0]} input`).focus()
      return
    }
    const last = event.submitter
    last.disabled = true
    const whole = {...structuredClone(attempt), sessions: known.sessions, asked: known.asked.map(each => each.id)}
    try {
      await commit(whole, known)
    } catch (fault) {
      last.disabled = false
      wrong.replaceChildren(faults(fault.messages ?? [String(fault)]))
    }
  }
  draw()
  show(known.title,
    el('p', {class: 'soft'}, by === 'trainee' ? '' : `${person(by)}'s attempt. `, `${known.grade}; ${known.origin}${known.school ? `; school: ${known.school}` : ''}. `, 'The library\'s reasoning is fetched only when you commit.'),
    el('div', {class: 'work'},
      el('section', {class: 'story', 'aria-labelledby': 'story', tabindex: '0'},
        el('h3', {id: 'story'}, 'The story'), paragraphs(known.story),
        known.most_sessions > 0 && [el('h3', {}, 'Sessions'),
          !blind && el('p', {class: 'soft'}, `More comes out only in sessions, and by asking: ${known.asks_a_session} ${known.asks_a_session === 1 ? 'question' : 'questions'} a session. You can commit at any time.`),
          asking(known, blind ? null : learnt)]),
      el('form', {novalidate: true, onsubmit: committing, 'aria-label': 'Your reading'},
        placing, areas, focus, wrong,
        el('p', {class: 'row'}, el('button', {type: 'submit', class: 'main'}, 'Commit'),
          button('Leave this case', () => {
            if (!sitting.begun || confirm('What you have placed and marked here is not kept. Leave?')) leave()
          })))))

  function step(heading, hint, ...children) {
    return el('section', {class: 'step'}, el('h3', {}, heading), hint && el('p', {class: 'soft'}, hint), ...children)
  }
}
