/* The frame of every page: top bar with the state of the outbox, banner, content, bottom bar. */

import { waitingInAll } from '../store.js';
import { t } from '../texts.js';
import { fill, h, icon } from './dom.js';
import { badge, outbox } from './state.js';

const nodes = {};

export function buildFrame() {
  nodes.top = h('div', { class: 'top-i' });
  nodes.chip = h('a', { class: 'chip', href: '#/outbox', hidden: true });
  nodes.page = h('main', { id: 'page', tabindex: '-1' });
  nodes.bar = h('nav', { class: 'bar', 'aria-label': t('navigation') });
  fill(document.getElementById('app'),
    h('header', { class: 'top' }, nodes.top, nodes.chip),
    h('div', { id: 'alarm', role: 'alert', hidden: true }), nodes.page, nodes.bar,
    h('div', { id: 'toast', role: 'status' }));
}

/** Show a page: {title, back, content, bar}. Without a bar the tabs stand at the bottom. */
export function showPage({ title, back = null, content, bar = null, tab = '' }) {
  const start = back
    ? h('a', { class: 'back', href: back, 'aria-label': t('back') }, icon('chevron-left'))
    : h('span', { class: 'mark' }, icon('plant-2'));
  fill(nodes.top, start, h('h1', {}, title));
  fill(nodes.page, content);
  nodes.bar.className = bar ? 'bar acts' : 'bar';
  fill(nodes.bar, bar || tabs(tab));
  nodes.tab = bar ? null : tab;
  window.scrollTo(0, 0);
}

function tabs(current) {
  const { facts, photos } = waitingInAll();
  const link = (key, href, symbol, text, count = 0) => h('a', { href, 'aria-current': key === current ? 'page' : null },
    icon(symbol), h('span', {}, text), count > 0 && h('b', { class: 'dot num' }, count > 99 ? '99+' : String(count)));
  return [
    link('desk', document.body.dataset.desk, 'inbox', t('tab_desk')),
    link('list', '#/', 'clipboard-check', t('tab_list')),
    link('outbox', '#/outbox', 'cloud-upload', t('tab_outbox'), facts + photos),
    link('me', '#/me', 'user', t('tab_me')),
  ];
}

/** Bring the state of the outbox up to date, in the bar, on the icon and in the title. */
export function updateFrame(signedIn) {
  badge();
  nodes.chip.hidden = !signedIn;
  nodes.bar.hidden = !signedIn;
  if (!signedIn) return;
  const { kind, symbol, short, text } = outbox();
  nodes.chip.className = `chip chip-${kind}`;
  nodes.chip.setAttribute('aria-label', text);
  fill(nodes.chip, icon(symbol), h('span', { class: 'num' }, short));
  if (nodes.tab !== null) fill(nodes.bar, tabs(nodes.tab));
}
