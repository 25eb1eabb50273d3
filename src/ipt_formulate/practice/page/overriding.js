// A view that is held against the library's, with a reason: kept with the attempt, and exported in two forms.

import {button, el, faults, radios, say, select} from './dom.js'
import {handOver, overridden, person, sitting} from './sitting.js'

const LEAST = 10

export function overriding(told, attempts) {
  const view = {by: attempts[0].by, area: '', says: '', reason: ''}
  let held = attempts
  const wrong = el('div')
  const out = el('div', {class: 'row'})
  const reason = el('textarea', {id: 'reason', rows: 4, maxlength: 2000, 'aria-describedby': 'reason-hint', oninput: event => {
    view.reason = event.target.value
    sitting.begun = true
  }})

  function given(event) {
    event.preventDefault()
    const open = [!view.area && 'Choose the area.', !view.says && 'Say whether it is present or absent.', view.reason.trim().length < LEAST && `Give the reason, in ${LEAST} characters or more.`].filter(Boolean)
    wrong.replaceChildren(...(open.length ? [faults(open)] : []))
    if (open.length) return
    sitting.begun = false
    const {by, area, says} = view
    held = held.map(each => each.by === by ? overridden(each, {area, says, reason: view.reason.trim()}) : each)
    const attempt = held.find(each => each.by === by)
    const save = async kind => {
      try {
        await handOver({kind, attempt})
      } catch (fault) {
        wrong.replaceChildren(faults(fault.messages ?? [String(fault)]))
      }
    }
    out.replaceChildren(button('Export as a teaching case (YAML)', () => save('teaching_case')), button('Export as a proposal to change a rule (Markdown)', () => save('rule_proposal')))
    say('Your view is kept with your attempt. It can be exported in two forms.')
    out.querySelector('button').focus()
  }
  return el('details', {class: 'part override'},
    el('summary', {}, el('h3', {}, 'I see it otherwise')),
    el('p', {}, 'The library\'s answer stays as it is. Your view is kept with its reason. A rule changes only because a source says so: the proposal asks for one.'),
    el('form', {novalidate: true, onsubmit: given, 'aria-label': 'Your view'},
      attempts.length > 1 && radios('override-by', 'Whose view', attempts.map(each => [each.by, person(each.by)]), view.by, value => { view.by = value }),
      el('p', {}, el('label', {for: 'override-area'}, 'Area'), ' ', select([['', 'choose'], ...told.areas.map(each => [each.id, each.title])], '', value => { view.area = value }, {id: 'override-area'})),
      radios('override-says', 'In this case it is', [['present', 'present'], ['absent', 'absent']], null, value => { view.says = value }),
      el('label', {for: 'reason'}, 'Reason'), el('p', {class: 'soft', id: 'reason-hint'}, 'What in the case, or in a source, speaks for it. Nothing of a real client.'), reason,
      wrong, el('p', {}, el('button', {type: 'submit'}, 'Keep this view'))), out)
}
