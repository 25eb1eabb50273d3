// The list of cases, and whether to practise alone, as therapist and supervisor, or to change facts.

import {button, el, radios, say, select, show, words} from './dom.js'

const chosen = {grade: '', origin: '', staged: '', alone: 'alone'}
const GRADES = [['', 'any grade'], ['easy', 'easy'], ['middling', 'middling'], ['hard', 'hard']]
const ORIGINS = [['', 'of any origin'], ['composed', 'composed for teaching'], ['published', 'published']]
const STAGED = [['', 'told at once or by asking'], ['no', 'told at once'], ['yes', 'told only by asking']]

export function choosing(cases, {practise, change}) {
  const list = el('ul', {class: 'cards plain'})
  const fits = each => (!chosen.grade || each.grade === chosen.grade) && (!chosen.origin || each.origin === chosen.origin) &&
    (!chosen.staged || (chosen.staged === 'yes') === each.staged)
  const draw = () => {
    const found = cases.filter(fits)
    list.replaceChildren(...found.map((each, number) => el('li', {class: 'card'},
      el('h3', {id: `case-${number}`}, words(each.title)),
      el('p', {class: 'soft'}, `${each.grade}; ${each.origin}${each.staged ? '; told only by asking' : ''}` +
        (each.school ? `; school: ${each.school}` : '')),
      el('p', {class: 'row'}, button('Begin', () => practise(each.name, chosen.alone === 'alone'), {'aria-describedby': `case-${number}`}),
        change && button('Change facts', () => change(each.name), {'aria-describedby': `case-${number}`})))))
    return found.length
  }
  const filter = (key, choices, label) => el('label', {class: 'filter'}, label, ' ', select(choices, chosen[key], value => {
    chosen[key] = value
    say(`${draw()} cases fit.`)
  }))
  const without = cases.every(each => !each.staged)
  draw()
  show('Choose a case',
    radios('mode', 'Who practises', [['alone', 'One person'], ['two', 'A therapist and a supervisor, each without seeing the other\'s answer']],
      chosen.alone, value => { chosen.alone = value }),
    el('div', {class: 'row', role: 'group', 'aria-label': 'Which cases'}, filter('grade', GRADES, 'Grade'), filter('origin', ORIGINS, 'Origin'), !without && filter('staged', STAGED, 'How told')),
    el('p', {class: 'soft'}, 'Composed cases were written for teaching. Published ones are retold in our words from what was published, and coded from that alone.'),
    list)
}
