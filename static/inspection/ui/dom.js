/* Small helpers to build a page. Text is always text: nothing here takes HTML. */

import { t } from '../texts.js';

const SPRITE = new URL('../icons.svg', import.meta.url);
const SVG = 'http://www.w3.org/2000/svg';

/** An element: attributes (null and false left out, on* are handlers, data as an object), then children. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'data') Object.assign(node.dataset, value);
    else if (['value', 'checked', 'hidden', 'disabled'].includes(name)) node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  fill(node, ...children);
  return node;
}

/** Replace what is inside. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat(3).filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `${SPRITE.pathname}#${name}`);
  svg.append(use);
  return svg;
}

export function tag(kind, name, text) { return h('span', { class: `tag tag-${kind}` }, icon(name), text); }

export function button(label, onclick, { kind = '', symbol = '', ...rest } = {}) {
  return h('button', { type: 'button', class: `btn ${kind}`, onclick, ...rest }, symbol && icon(symbol), h('span', {}, label));
}

/** A note for people: kind ok, wait, back or bad. Buttons stand in a row below the text. */
export function note(kind, symbol, ...content) {
  const buttons = content.filter((one) => one instanceof HTMLButtonElement);
  const text = content.filter((one) => !(one instanceof HTMLButtonElement));
  return h('div', { class: `note note-${kind}` }, icon(symbol),
    h('div', { class: 'note-t' }, text, buttons.length > 0 && h('div', { class: 'note-b' }, buttons)));
}

/** A dialog over the page; build(close) gives its content. Resolves when it is closed, with what close() was given. */
export function dialog(title, build, { wide = false } = {}) {
  return new Promise((resolve) => {
    const box = h('dialog', { class: wide ? 'sheet wide' : 'sheet', 'aria-labelledby': 'sheet-t' });
    const close = (result) => { box.close(); box.remove(); resolve(result); };
    box.addEventListener('cancel', (event) => { event.preventDefault(); close(); });
    const cross = h('button', { type: 'button', class: 'cross', 'aria-label': t('close'), onclick: () => close() }, icon('x'));
    box.append(h('header', { class: 'sheet-h' }, h('h2', { id: 'sheet-t' }, title), cross), h('div', { class: 'sheet-b' }, ...[build(close)].flat()));
    document.body.append(box);
    box.showModal();
  });
}

/** A question with two answers. True for the second. */
export async function ask(title, text, yes, kind = 'primary') {
  const answer = await dialog(title, (close) => [
    h('p', {}, text),
    h('div', { class: 'row' }, button(t('cancel'), () => close(false)), button(yes, () => close(true), { kind })),
  ]);
  return Boolean(answer);
}

let toastTimer = 0;

/** A short word at the bottom, read out as well. */
export function toast(text, symbol = 'circle-check') {
  const place = document.getElementById('toast');
  fill(place, icon(symbol), h('span', {}, text));
  place.classList.add('shown');
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => place.classList.remove('shown'), 2600);
}
