// The practice page: a list of cases, an attempt at one, and what the library makes of it once that is committed.

import {changing} from './changing.js'
import {choosing} from './choosing.js'
import {comparing} from './comparing.js'
import {button, faults, show} from './dom.js'
import {handing} from './handing.js'
import {sitting} from './sitting.js'
import * as server from './server.js'
import {working} from './working.js'

const failed = (fault, again) => show('That did not work', faults(fault.messages ?? [String(fault)]), button('Try again', again), button('To the list of cases', start))

/** What was asked for last is shown; what comes in after it is not. */
let last = 0

async function start() {
  sitting.begun = false
  const mine = ++last
  try {
    const cases = await server.cases()
    if (mine !== last) return
    choosing(cases, {practise, change: 'trainer' in document.body.dataset ? change : null})
  } catch (fault) {
    failed(fault, start)
  }
}

/** One attempt alone, or a therapist's and then a supervisor's, each blind. */
async function practise(name, alone) {
  sitting.begun = false
  const mine = ++last
  try {
    const told = await server.theCase(name)
    if (mine !== last) return
    if (alone) return working(told, 'trainee', {commit: attempt => compare(told, [attempt]), leave: start})
    working(told, 'therapist', {
      commit: (first, known) => handing(() => working(known, 'supervisor', {commit: second => compare(known, [first, second]), leave: start})),
      leave: start,
    })
  } catch (fault) {
    failed(fault, () => practise(name, alone))
  }
}

async function compare(told, attempts) {
  const comparison = await server.compare(attempts)
  sitting.begun = false
  comparing(told, attempts, comparison, {next: start, again: () => practise(told.name, attempts.length === 1)})
}

async function change(name) {
  const mine = ++last
  try {
    const told = await server.theCase(name)
    if (mine === last) await changing(told, {leave: start, wanted: () => mine === last})
  } catch (fault) {
    failed(fault, () => change(name))
  }
}

start()
