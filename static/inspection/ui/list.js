/* The inspector's visits by day, and the receipts of those that have arrived. */

import { isFinished, progress } from '../facts.js';
import { lockedCount, state } from '../store.js';
import { status } from '../sync.js';
import { clock, date, day, dayNumber, moment, t, weekday } from '../texts.js';
import { fill, h, icon, note, tag } from './dom.js';
import { reach } from './head.js';
import { installHint } from './me.js';
import { visitState } from './state.js';

const CLOCK = 5 * 60000; // further from the server's clock than this, the times on the records are no use
const GROUPS = ['before', 'today', 'tomorrow', 'later', 'finished'];

/** Which group a visit belongs to: what was due before today and is not done comes first. */
export function groupOf(entry, now = new Date()) {
  if (isFinished(entry.merged) || entry.visit.state === 'completed') return 'finished';
  const days = dayNumber(entry.visit.planned_at) - dayNumber(now);
  if (days < 0) return 'before';
  return ['today', 'tomorrow'][days] || 'later';
}

function card(entry, group) {
  const { visit, merged } = entry;
  const { done, all } = progress(visit, merged);
  const { kind, symbol, text } = visitState(entry);
  const near = group === 'today' || group === 'tomorrow';
  return h('li', { class: 'vis' },
    h('a', { class: 'vis-a', href: `#/visit/${entry.id}` },
      h('span', { class: 'vis-w num' }, h('b', {}, clock(visit.planned_at)), !near && [h('small', {}, date(visit.planned_at)), h('small', {}, weekday(visit.planned_at))]),
      h('span', { class: 'vis-t' }, h('b', {}, visit.organization), h('span', {}, visit.place)),
      h('span', { class: 'vis-n num' }, h('b', {}, `${done}/${all}`), h('progress', { max: all, value: done, 'aria-label': t('progress') }))),
    h('div', { class: 'vis-b' }, tag(kind, symbol, text), visit.purpose !== 'regular' && tag('wait', 'clipboard-check', t(`purpose_${visit.purpose}`)),
      visit.notice && visit.notice.kind === 'moved' && tag('back', 'calendar-event', t('moved')), h('span', { class: 'grow' }), reach(visit, true)));
}

function receiptCard(one) {
  const { facts, photos, at, digest, late } = one.receipt;
  return h('li', { class: 'vis done' }, h('div', { class: 'vis-t' }, h('b', {}, icon('circle-check'), one.organization),
    h('span', {}, t('receipt', { facts, photos, time: moment(at) })), late > 0 && h('span', {}, t('receipt_late', { number: late })), h('code', {}, t('receipt_digest', { digest: digest.slice(0, 16) }))));
}

/** {title, content, tab, update()} */
export function listPage() {
  const content = h('div', { class: 'list' });
  function update() {
    const entries = [...state.visits.values()].sort((one, other) => (one.visit.planned_at < other.visit.planned_at ? -1 : 1));
    const groups = GROUPS.map((group) => [group, entries.filter((entry) => groupOf(entry) === group)]).filter(([, list]) => list.length);
    const receipts = [...state.receipts].sort((one, other) => (one.receipt.at < other.receipt.at ? 1 : -1));
    fill(content,
      state.skew > CLOCK && note('back', 'clock-exclamation', t('clock_wrong')),
      installHint(),
      groups.map(([group, list]) => h('section', { 'aria-labelledby': `g-${group}` },
        h('h2', { class: `group ${group === 'before' ? 'bad-t' : ''}`, id: `g-${group}` }, t(`group_${group}`), h('small', { class: 'num' }, t('visits_count', { number: list.length })), group === 'today' && h('span', { class: 'group-d' }, day(Date.now()))),
        h('ul', { class: 'vises' }, list.map((entry) => card(entry, group))))),
      !entries.length && h('div', { class: 'empty' }, icon('clipboard-check'), h('b', {}, t('no_visits')), h('p', {}, t('no_visits_text'))),
      receipts.length > 0 && h('section', { 'aria-labelledby': 'g-receipts' }, h('h2', { class: 'group', id: 'g-receipts' }, t('receipts')), h('ul', { class: 'vises' }, receipts.map(receiptCard))));
  }
  update();
  return { title: t('tab_list'), content, tab: 'list', update };
}

/** What is shown while nobody is signed in: how much lies here, unreadable, and the way in. */
export function doorPage() {
  const content = h('div', { class: 'door' });
  const { login, home } = document.body.dataset;
  async function update() {
    const { facts, photos } = await lockedCount();
    fill(content, h('span', { class: 'door-m' }, icon('lock')), h('h2', {}, t('door_title')),
      h('p', {}, t('door_text')),
      facts + photos > 0 && note('back', 'device-mobile', t('door_locked', { facts, photos })),
      !navigator.onLine && note('back', 'wifi-off', t('door_offline')),
      status.phase === 'gone' && note('bad', 'ban', t('door_refused', { reason: status.reason })),
      h('a', { class: 'btn primary', href: `${login}?next=${encodeURIComponent(home)}` }, icon('login'), h('span', {}, t('sign_in'))));
  }
  update();
  return { title: t('title'), content, tab: '', update };
}
