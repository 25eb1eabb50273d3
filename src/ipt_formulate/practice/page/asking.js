// The sessions of a staged case: what was told, what was asked, and what can still be asked.

import {button, el, paragraphs, say, words} from './dom.js'
import * as server from './server.js'

const told = known => known.told.map(each => el('section', {class: 'told', 'aria-label': `Session ${each.session}`},
  el('h4', {}, `Session ${each.session}: what the client told`), paragraphs(each.told)))

const answers = known => known.asked.length > 0 && el('dl', {class: 'answers'},
  known.asked.map(each => [el('dt', {}, words(each.ask)), el('dd', {}, words(each.answer))]))

/** The sessions so far; with `learnt`, questions can be put, and it is told what is known then. */
export function asking(known, learnt) {
  const place = el('div', {id: 'sessions'})
  const fault = el('p', {class: 'alert', role: 'alert'})
  const learn = async (sessions, asked, then) => {
    place.querySelectorAll('button').forEach(each => { each.disabled = true })
    try {
      const now = await server.ask(known.name, sessions, asked)
      learnt(now)
      known = now
      draw()
      then(now)
    } catch (problem) {
      draw()
      place.querySelector('[role=alert]').textContent = problem.message
    }
  }
  const focus = selector => {
    const found = place.querySelectorAll(selector)
    found[found.length - 1]?.focus()
  }
  const next = () => learn(known.sessions + 1, known.asked.map(each => each.id), now => {
    say(`Session ${now.sessions}.`)
    focus('.told h4')
  })
  const put = id => learn(known.sessions, [...known.asked.map(each => each.id), id], now => {
    focus('dd')
    say(now.left ? `${now.left} more can be asked in this session.` : 'No more can be asked in this session.')
  })
  function draw() {
    const more = known.sessions < known.most_sessions
    place.replaceChildren(...[
      told(known), answers(known),
      !learnt && !known.sessions && el('p', {}, 'There was no session.'),
      learnt && known.sessions > 0 && el('p', {}, el('strong', {}, `Session ${known.sessions} of ${known.most_sessions}. `),
        known.left ? `${known.left} ${known.left === 1 ? 'question' : 'questions'} can still be put.` : 'There is no time for more questions in this session.'),
      learnt && known.sessions > 0 && known.left > 0 && known.asks.length > 0 && el('ul', {class: 'plain asks', 'aria-label': 'Questions that can be put'},
        known.asks.map(each => el('li', {}, button(words(each.ask), () => put(each.id), {class: 'quiet'})))),
      learnt && known.sessions > 0 && known.left > 0 && !known.asks.length && el('p', {}, 'Every question of this session was put.'),
      learnt && more && button(known.sessions ? 'Next session' : 'Begin the first session', next, {class: known.sessions ? '' : 'main'}),
      learnt && !more && el('p', {class: 'soft'}, 'This is the last session.'),
      fault].flat(2).filter(Boolean))
    place.querySelectorAll('.told h4, dd').forEach(each => each.setAttribute('tabindex', '-1'))
  }
  draw()
  return place
}
