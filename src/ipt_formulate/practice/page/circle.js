// The closeness circle: everybody has a number; drag it to a ring, or choose the ring in the list.

import {el, svg} from './dom.js'
import {clear, draggable, fit, follow, places} from './placing.js'

const CENTRE = 190
const CLIENT = 26
const BAND = 38
const RINGS = 4
const MARK = 13
const ROW = 34
const COLUMNS = 3
const NAMED_UP_TO = 12
const ROOM = 2 * CENTRE / COLUMNS - 10
const BESIDE_UP_TO = 6
const CHOICES = [['', 'not placed'], ['1', 'ring 1, closest'], ['2', 'ring 2'], ['3', 'ring 3'], ['4', 'ring 4, furthest']]

export function circle(people, rings, begun) {
  const angles = {}
  const picture = svg('svg', {class: 'circle', 'aria-hidden': 'true'})
  const byList = () => Object.fromEntries(Object.entries(rings).map(([id, ring]) => [id, ring === null ? null : String(ring)]))

  const placeOf = (person, number) => {
    const angle = angles[person.id] ?? (number + 0.5) / people.length * 2 * Math.PI - Math.PI / 2
    const radius = CLIENT + (rings[person.id] - 0.5) * BAND
    return [CENTRE + radius * Math.cos(angle), CENTRE + radius * Math.sin(angle)]
  }
  const placed = (id, ring) => {
    rings[id] = ring === null ? null : Number(ring)
    begun()
    draw()
  }
  const inPicture = event => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse())
    return [point.x, point.y]
  }
  const mark = (person, number, [x, y], named) => {
    const node = svg('g', {class: 'mark', transform: `translate(${x} ${y})`},
      svg('title', {}, person.words), svg('circle', {r: MARK}),
      svg('text', {y: 4.5, class: 'number'}, String(number + 1)),
      named && svg('text', {y: MARK + 12, class: 'name'}, person.words))
    draggable(node, {
      moved: event => node.setAttribute('transform', `translate(${inPicture(event).join(' ')})`),
      dropped: event => {
        if (event === null) return draw()
        const [x, y] = inPicture(event)
        const away = Math.hypot(x - CENTRE, y - CENTRE)
        angles[person.id] = Math.atan2(y - CENTRE, x - CENTRE)
        const ring = away > CLIENT + RINGS * BAND + MARK ? null : Math.min(RINGS, Math.max(1, Math.ceil((away - CLIENT) / BAND)))
        placed(person.id, ring)
        follow('ring', people, byList())
      },
      touched: () => document.getElementById(`ring-${number}`).focus(),
    })
    return node
  }
  function draw() {
    const waiting = people.filter(person => !rings[person.id])
    const named = people.length <= NAMED_UP_TO
    const rows = named ? Math.ceil(waiting.length / COLUMNS) : Math.ceil(waiting.length / 10)
    const height = 2 * CENTRE + (rows ? rows * (ROW + (named ? 10 : 0)) + 24 : 4)
    picture.setAttribute('viewBox', `0 0 ${2 * CENTRE} ${height}`)
    const parts = []
    for (let ring = RINGS; ring >= 1; ring--) {
      parts.push(svg('circle', {cx: CENTRE, cy: CENTRE, r: CLIENT + ring * BAND, class: ring % 2 ? 'ring odd' : 'ring'}))
    }
    for (let ring = 1; ring <= RINGS; ring++) {
      parts.push(svg('text', {x: CENTRE, y: CENTRE - CLIENT - ring * BAND + 13, class: 'soft'}, String(ring)))
    }
    parts.push(svg('circle', {cx: CENTRE, cy: CENTRE, r: CLIENT, class: 'ring odd'}), svg('text', {x: CENTRE, y: CENTRE + 4, class: 'client'}, 'client'))
    if (rows) parts.push(svg('text', {x: 4, y: 2 * CENTRE + 12, class: 'soft start'}, 'Not placed yet'))
    const across = named ? COLUMNS : 10
    people.forEach((person, number) => {
      const place = waiting.indexOf(person)
      const tray = [(place % across + 0.5) * 2 * CENTRE / across, 2 * CENTRE + 34 + Math.floor(place / across) * (ROW + (named ? 10 : 0))]
      parts.push(mark(person, number, place >= 0 ? tray : placeOf(person, number), named))
    })
    picture.replaceChildren(...parts)
    const cut = () => {
      fit(picture.querySelectorAll('.name'), ROOM)
      clear(picture.querySelectorAll('.name'))
    }
    if (picture.isConnected) cut()
    else requestAnimationFrame(cut)
  }
  draw()
  if (!people.length) return el('p', {}, 'Nobody is told of yet.')
  return el('div', {class: people.length > BESIDE_UP_TO ? 'over' : 'beside'}, picture, places('ring', people, CHOICES, byList(), placed))
}
