/* The outbox: what is still on this phone only, why, and what has arrived. */

import { state, waiting } from '../store.js';
import { refresh, status } from '../sync.js';
import { moment, t } from '../texts.js';
import { button, fill, h, icon, tag } from './dom.js';
import { outbox, visitState } from './state.js';

function line(entry) {
  const { kind, symbol, text } = visitState(entry);
  const refusals = [...entry.facts.values()].filter((fact) => fact.refused && entry.merged.heads.get(fact.key).includes(fact)).map((fact) => `${fact.key}：${fact.refused}`)
    .concat([...entry.photos.values()].filter((one) => one.refused).map((one) => t('photo_refused', { reason: one.refused })));
  return h('li', { class: 'vis' }, h('a', { class: 'vis-a', href: `#/visit/${entry.id}` }, h('span', { class: 'vis-t' }, h('b', {}, entry.visit.organization), h('span', {}, moment(entry.visit.planned_at))), icon('chevron-right')),
    h('div', { class: 'vis-b' }, tag(kind, symbol, text)), refusals.map((reason) => h('p', { class: 'bad-t' }, reason)));
}

/** {title, content, tab, update()} */
export function outboxPage() {
  const content = h('div', { class: 'list' });
  const { login, home } = document.body.dataset;
  function update() {
    const { kind, symbol, text } = outbox();
    const signin = status.phase === 'signin';
    const open = [...state.visits.values()].filter((entry) => { const { facts, photos } = waiting(entry); return facts || photos || entry.facts.size; });
    fill(content,
      h('section', { class: `big big-${kind}`, role: 'status' }, icon(symbol), h('p', {}, text), status.at && h('small', { class: 'num' }, t('last_contact', { time: moment(status.at) }))),
      h('div', { class: 'row' }, signin
        ? h('a', { class: 'btn primary', href: `${login}?next=${encodeURIComponent(home)}` }, icon('login'), h('span', {}, t('sign_in')))
        : button(t('upload_now'), refresh, { symbol: 'refresh', kind: 'primary', disabled: status.phase === 'sending' })),
      open.length > 0 && h('h2', { class: 'group' }, t('by_visit')),
      h('ul', { class: 'vises' }, open.map(line)),
      h('p', { class: 'fine pad-x' }, t('outbox_text')));
  }
  update();
  return { title: t('tab_outbox'), content, tab: 'outbox', update };
}
