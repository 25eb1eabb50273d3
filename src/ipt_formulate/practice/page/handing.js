// Between the therapist's attempt and the supervisor's: nothing of the first is on the screen.

import {button, el, show} from './dom.js'

export function handing(begin) {
  show('Hand over to the supervisor',
    el('p', {}, 'The therapist has committed. Nothing of it is shown until the supervisor has committed, too.'),
    el('p', {}, 'The supervisor judges on what was known to the therapist: the same story, the same questions, the same answers.'),
    button('I am the supervisor: begin', begin, {class: 'main'}))
}
