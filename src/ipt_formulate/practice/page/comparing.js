// The library's reasoning beside what was said, point by point.

import {button, el, safety, sentence, show, words} from './dom.js'
import {overriding} from './overriding.js'
import {agreement, committed, person, sitting} from './sitting.js'

const ALIKE = {true: ['alike', 'alike'], false: ['differs', 'differs'], null: ['open', 'left open']}

const NOT_PLACED = 'not placed'

const alike = value => {
  const [look, text] = ALIKE[value]
  return el('span', {class: `v ${look}`}, text)
}

/** Points as a table: what each said, what the library says, whether both are alike, and why. */
function table(caption, points, people) {
  return el('table', {class: 'points'},
    el('caption', {}, caption),
    el('thead', {}, el('tr', {}, ['Point', ...people.map(person), 'Library', 'Why'].map(each => el('th', {scope: 'col'}, each)))),
    el('tbody', {}, points.map(point => el('tr', {},
      el('th', {scope: 'row'}, words(point.topic)),
      people.map(by => el('td', {'data-of': person(by)}, el('span', {class: 'in-words'}, point.said[by]), ' ', point.said[by] !== NOT_PLACED && alike(point.agree[by]))),
      el('td', {'data-of': 'Library'}, el('strong', {}, point.library)),
      el('td', {'data-of': 'Why', class: 'why'}, sentence(point.why), point.rules.length > 0 && el('ul', {class: 'rules'}, point.rules.map(rule => el('li', {}, el('code', {}, rule)))))))))
}

const part = (title, ...children) => el('section', {class: 'part'}, el('h3', {}, title), ...children)

function questions(told, note) {
  return el('ul', {class: 'plain questions'}, told.map(each => el('li', {},
    el('p', {}, el('strong', {}, words(each.ask)), ' ', el('span', {class: 'soft'}, `From session ${each.session} on. ${note(each)}`)),
    el('p', {}, words(each.answer)))))
}

const missed = each => (each.reached ? '' : 'That session was not reached. ') +
  (each.moves === null ? 'Another question had to come first.' : each.moves ? 'Asked alone, it would have changed what comes out.' : 'Asked alone, it would have changed nothing that comes out.')

export function comparing(told, attempts, found, {next, again}) {
  const leaving = go => () => { if (!sitting.begun || confirm('The view that you have written is not kept yet. Go on without it?')) go() }
  const people = attempts.map(each => each.by)
  committed(attempts, found)
  const of = kind => found.points.filter(each => each.kind === kind)
  const staged = told.most_sessions > 0
  const where = found.report
  const frame = el('details', {ontoggle: event => {
    if (event.target.open && !event.target.querySelector('iframe')) event.target.append(el('iframe', {src: where, sandbox: true, title: 'The library\'s whole page', class: 'report'}))
  }}, el('summary', {}, 'The library\'s whole page, with pictures and every rule'),
  el('p', {}, el('a', {href: where, target: '_blank', rel: 'noopener'}, 'Open it in a page of its own')))
  show(`Side by side: ${found.title}`,
    safety(found.safety),
    part('Focus', el('p', {class: 'lead'}, sentence(found.focus.sentence)), el('p', {class: 'soft'}, `Status: ${found.focus.status}.`),
      people.map(by => el('p', {}, people.length > 1 && el('strong', {}, `${person(by)}: `), sentence(found.abstaining[by]))),
      table('The focus', of('focus'), people)),
    part('Problem areas', table('Each area, and the rules that decide it', of('area'), people)),
    of('person').length > 0 && part('Closeness circle', table('Where people stand, as far as it is recorded', of('person'), people)),
    of('event').length > 0 && part('Timeline', table('When things began, as far as it is recorded', of('event'), people)),
    part('Agreement', people.map(by => el('p', {}, `${person(by)} and the library: ${agreement(found.counts[by])}.`)),
      el('p', {class: 'soft'}, 'What the recorded facts leave open counts for nobody and against nobody.')),
    staged && part('What was asked', found.asked.length ? questions(found.asked, () => '') : el('p', {}, 'Nothing was asked.')),
    staged && part('What was not asked, and what it would have told', found.not_asked.length ? questions(found.not_asked, missed) : el('p', {}, 'Everything was asked.')),
    found.whole && part('With all that can be known', el('p', {}, sentence(found.whole.sentence)), el('p', {class: 'soft'}, `Status: ${found.whole.status}.`)),
    part('What the case was meant to show', el('p', {}, words(found.composer)),
      found.teaching_points.length > 0 && el('ul', {}, found.teaching_points.map(([text, sources]) => el('li', {}, words(text), el('span', {class: 'soft'}, ` ${sources.join('; ')}`))))),
    el('section', {class: 'part full'}, el('h3', {}, 'In full'), frame),
    overriding(told, attempts),
    el('p', {class: 'row'}, button('Next case', leaving(next), {class: 'main'}), button('This case once more', leaving(again))))
}
