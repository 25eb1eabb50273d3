// What the circle and the timeline share: a list in which everything can be placed by a select, and dragging.

import {el, select, words} from './dom.js'

/** A list of things, each with its number and a select for its place. */
export function places(name, things, choices, placed, act) {
  return el('ol', {class: 'places'}, things.map((thing, number) => {
    const id = `${name}-${number}`
    return el('li', {}, el('label', {for: id}, words(thing.words)),
      select(choices, placed[thing.id], value => act(thing.id, value || null), {id}))
  }))
}

/** Show in the list where something was dragged to. */
export function follow(name, things, placed) {
  things.forEach((thing, number) => { document.getElementById(`${name}-${number}`).value = placed[thing.id] ?? '' })
}

/** Let something be dragged: `moved` while it is, `dropped` at the end, `touched` where it was not moved. */
export function draggable(node, {moved, dropped, touched}) {
  node.addEventListener('pointerdown', event => {
    if (event.button !== 0) return
    event.preventDefault()
    node.setPointerCapture(event.pointerId)
    const from = [event.clientX, event.clientY]
    let far = false
    const move = now => {
      far ||= Math.hypot(now.clientX - from[0], now.clientY - from[1]) > 4
      if (far) moved(now, from)
    }
    const end = now => {
      node.removeEventListener('pointermove', move)
      node.removeEventListener('pointerup', end)
      node.removeEventListener('pointercancel', end)
      if (now.type === 'pointerup' && far) dropped(now)
      else if (now.type === 'pointerup') touched()
      else dropped(null)
    }
    node.addEventListener('pointermove', move)
    node.addEventListener('pointerup', end)
    node.addEventListener('pointercancel', end)
  })
}

/** Cut names in a picture to the room they have, as they are drawn in the fonts that are there. */
export function fit(names, room) {
  for (const name of names) {
    let signs = [...new Intl.Segmenter().segment(name.textContent)].map(each => each.segment)
    while (signs.length > 1 && name.getComputedTextLength() > room) {
      signs = signs.slice(0, Math.min(signs.length - 1, Math.ceil(signs.length * room / name.getComputedTextLength())))
      name.textContent = `${signs.join('').trim()}…`
    }
  }
}

/** Take out names that would lie over another name or somebody else's mark: the number is there, and the list names it. */
export function clear(names) {
  const box = each => each.getBoundingClientRect()
  const marks = [...names].map(name => [name.parentNode, box(name.parentNode.querySelector('circle'))])
  const kept = []
  for (const name of names) {
    const own = box(name)
    const others = [...kept, ...marks.filter(([mark]) => mark !== name.parentNode).map(([, place]) => place)]
    if (others.some(other => own.left < other.right && other.left < own.right && own.top + 2 < other.bottom && other.top + 2 < own.bottom)) name.remove()
    else kept.push(own)
  }
}
