// Builds the page. Whatever a case holds goes in as text, never as markup.

const SVG = 'http://www.w3.org/2000/svg'

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (value === true) node.setAttribute(name, '')
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value)
  }
  node.append(...children.flat(3).filter(each => each !== null && each !== undefined && each !== false))
  return node
}

/** An element with attributes; a name that begins with `on` is an event. Strings among the children become text. */
export const el = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children)

/** An element of a picture. */
export const svg = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children)

/** Words from a case, in their own direction of writing. */
export const words = text => el('bdi', {}, text)

/** A sentence of the library: left to right as a whole, whatever names stand in it. */
export const sentence = text => el('bdi', {dir: 'ltr'}, text)

/** Text in paragraphs, parted by empty lines. */
export const paragraphs = text =>
  text.split(/\n\s*\n/).map(each => el('p', {dir: 'auto', class: 'prose'}, each.trim()))

export const button = (text, act, attributes = {}) => el('button', {type: 'button', onclick: act, ...attributes}, text)

/** A list of choices, the first of which stands for none. */
export const select = (choices, chosen, act, attributes = {}) => {
  const made = el('select', {onchange: event => act(event.target.value), ...attributes},
    choices.map(([value, text]) => el('option', {value}, text)))
  made.value = chosen ?? ''
  return made
}

/** One of several, as radio buttons under a legend. */
export function radios(name, legend, choices, chosen, act, {meaning = null} = {}) {
  const described = meaning ? `${name}-means` : null
  return el('fieldset', {id: name, 'aria-describedby': described},
    el('legend', {}, legend),
    meaning && el('p', {class: 'soft', id: described}, meaning),
    el('div', {class: 'choices'}, choices.map(([value, text]) => el('label', {},
      el('input', {type: 'radio', name, value, checked: value === chosen, onchange: () => act(value)}), ' ', text))))
}

/** Lines of a report, each with its depth and mark. */
export const lines = told => el('ul', {class: 'lines'}, told.map(each =>
  el('li', {class: `depth-${Math.min(each.depth, 3)} ${each.mark === '!' ? 'alert' : each.mark ? 'dash' : 'plain'}`}, sentence(each.text))))

/** Safety, first and apart; urgent where a red flag is met. */
export const safety = told => el('section', {class: told.some(each => each.mark === '!') ? 'banner urgent' : 'banner', 'aria-label': 'Safety'},
  el('h3', {}, 'Safety'), lines(told))

/** Say something to those who do not see the screen. */
export function say(text) {
  const said = document.getElementById('said')
  said.textContent = ''
  requestAnimationFrame(() => { said.textContent = text })
}

/** Show a view and go to its heading. */
export function show(title, ...children) {
  const heading = el('h2', {tabindex: '-1'}, title)
  document.getElementById('view').replaceChildren(heading, ...children.flat(3).filter(Boolean))
  document.title = `${title} – Practice`
  scrollTo(0, 0)
  heading.focus()
}

/** What went wrong, where it is heard at once. */
export const faults = messages => el('div', {class: 'banner urgent', role: 'alert'},
  el('ul', {}, messages.map(each => el('li', {}, each))))
