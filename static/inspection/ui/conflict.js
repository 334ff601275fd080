/* Two phones recorded different things: both side by side, and a person decides. The decision is a new fact that takes
   the place of both. */

import { record, state } from '../store.js';
import { moment, t } from '../texts.js';
import { h, icon } from './dom.js';
import { storing } from './failures.js';

/** A recorded value in words. */
export function describe(key, value) {
  if (value === null) return t('withdrawn');
  if (key.startsWith('photo:')) return t('a_photo', { caption: value.caption || '—' });
  if (key.startsWith('veto:')) return [t(value.flagged ? 'veto_found' : 'veto_none'), value.note].filter(Boolean).join('\n');
  if (key === 'signature') return value.refused ? t('refused_because', { reason: value.reason }) : t('signed_by', value);
  if (key === 'note') return value.text;
  if (key === 'arrival') return moment(value.at);
  const points = t('points_given', { points: Number(value.points) });
  return [`${t(`result_${value.result}`)} · ${points}`, value.note].filter(Boolean).join('\n');
}

/** The choice between what counts of a key. */
export function conflict(entry, key) {
  const heads = entry.merged.heads.get(key);
  const sides = heads.map((fact) => h('button', {
    type: 'button', class: 'side', onclick: () => storing(key, () => record(entry.id, { [key]: fact.value })),
  },
  h('span', { class: 'side-d' }, icon('device-mobile'), fact.device === state.device ? t('this_phone') : t('other_phone', { device: fact.device.slice(-4) })),
  h('span', { class: 'side-v' }, describe(key, fact.value)),
  h('small', { class: 'num' }, moment(fact.recorded_at)),
  h('span', { class: 'side-a' }, t('take_this'))));
  return h('div', { class: 'clash', role: 'group', 'aria-label': t('conflict_of', { key }) },
    h('p', { class: 'clash-t' }, icon('arrows-exchange'), t('conflict_text')), h('div', { class: 'sides' }, sides));
}
