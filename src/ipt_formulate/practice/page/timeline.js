// The timeline: drag what happened before, around or after the onset of the episode, or choose it in the list.

import {el, words} from './dom.js'
import {draggable, follow, places} from './placing.js'

const ZONES = [['before', 'Before the onset'], ['around', 'Around the onset'], ['after', 'After the onset'], ['', 'Not placed yet']]
const CHOICES = [['', 'not placed'], ['before', 'before the onset'], ['around', 'around the onset'], ['after', 'after the onset']]

export function timeline(events, order, begun) {
  const board = el('div', {class: 'zones', 'aria-hidden': 'true'})
  const placed = (id, zone) => {
    order[id] = zone
    begun()
    draw()
  }
  const chip = (event, number) => {
    const node = el('div', {class: 'chip', title: event.words}, el('span', {class: 'number'}, String(number + 1)), ' ', el('span', {class: 'chip-words'}, words(event.words)))
    draggable(node, {
      moved: (now, from) => {
        node.classList.add('held')
        node.style.transform = `translate(${now.clientX - from[0]}px, ${now.clientY - from[1]}px)`
      },
      dropped: now => {
        const under = now && document.elementsFromPoint(now.clientX, now.clientY).find(each => each.matches('.zone'))
        placed(event.id, under ? under.dataset.zone || null : order[event.id] ?? null)
        follow('order', events, order)
      },
      touched: () => document.getElementById(`order-${number}`).focus(),
    })
    return node
  }
  function draw() {
    board.replaceChildren(...ZONES.map(([zone, title]) => el('div', {class: 'zone', 'data-zone': zone},
      el('p', {class: 'zone-title'}, title),
      events.map((event, number) => (order[event.id] ?? '') === zone && chip(event, number)))))
  }
  draw()
  if (!events.length) return el('p', {}, 'No death, conflict or change is told of yet.')
  return el('div', {class: 'over'}, board, places('order', events, CHOICES, order, placed))
}
