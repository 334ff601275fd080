/* The end of a visit: what is missing first, each a step away; then what goes to the sub-district, and the last word. */

import { finishValue, isFinished, missing, photosOf, pointsSoFar } from '../facts.js';
import { record, refusedPictures, state, waiting } from '../store.js';
import { t } from '../texts.js';
import { ask, button, dialog, h, icon, note, toast } from './dom.js';
import { storing } from './failures.js';
import { flushTyped } from './typing.js';

const WORDS = { item: 'missing_item', conflict: 'missing_conflict', fact: 'missing_fact', photo: 'missing_photo', signature: 'missing_signature' };

/** Bring a part of the visit into view and the focus to it. */
export function jump(key, behavior = 'smooth') {
  const target = document.getElementById(`clash-${key}`) || document.getElementById(`item-${key}`) || document.getElementById('head-t');
  if (!target) return;
  target.scrollIntoView({ block: 'start', behavior });
  const first = target.querySelector('button:not([hidden]), textarea');
  if (first) first.focus({ preventScroll: true });
}

function placeOf(one, entry) {
  if (one.kind === 'conflict' || !one.key.startsWith('photo:')) return one.key;
  const photo = photosOf(entry.merged).find((each) => each.key === one.key);
  return (photo && photo.item) || 'note';
}

function gaps(found, entry) {
  return dialog(t('missing_title', { number: found.length }), (close) => [
    h('p', { class: 'fine' }, t('missing_text')),
    h('ul', { class: 'gaps' }, found.map((one) => h('li', {}, h('button', { type: 'button', class: 'gap', onclick: () => close(placeOf(one, entry)) },
      icon(one.kind === 'item' ? 'circle-dashed' : 'alert-circle'), h('span', {}, t(WORDS[one.kind], { code: placeOf(one, entry) })), icon('chevron-right'))))),
  ]);
}

function summary(entry) {
  const { visit, merged } = entry;
  const count = (result) => visit.items.filter((code) => (merged.values.get(code) || {}).result === result).length;
  const line = (name, value) => [h('dt', {}, name), h('dd', { class: 'num' }, String(value))];
  return h('dl', { class: 'sum' },
    line(t('result_met'), count('met')), line(t('result_unmet'), count('unmet')), line(t('result_na'), count('na')),
    line(t('points_total'), pointsSoFar(visit, merged)), line(t('photos'), photosOf(merged).length));
}

/** Check, show what goes out, and end the visit. True when it was ended. */
export async function close(id) {
  await flushTyped();
  const entry = state.visits.get(id);
  const found = missing(entry.visit, entry.merged, refusedPictures(entry));
  if (found.length) {
    const key = await gaps(found, entry);
    if (key) jump(key);
    return false;
  }
  const late = !entry.merged.values.get('arrival');
  const sure = await dialog(t('finish_title'), (done) => [
    h('p', {}, t('finish_text', { organization: entry.visit.organization })), summary(entry),
    late && note('back', 'map-pin', t('finish_no_arrival')),
    h('div', { class: 'row' }, button(t('cancel'), () => done()), button(t('finish'), () => done(true), { kind: 'primary', symbol: 'send' })),
  ]);
  if (!sure) return false;
  const stored = await storing(t('finish'), () => record(id, { finish: finishValue([...entry.facts.values()], new Date().toISOString()) }));
  if (stored) toast(t('finish_kept'), 'circle-check');
  return stored;
}

async function reopen(id) {
  if (!await ask(t('reopen'), t('reopen_text'), t('reopen'))) return;
  await storing(t('finish'), () => record(id, { finish: null }));
}

/** Whether nothing is to be decided or taken again; a visit that was ended may still need that. */
export function isSettled(entry) { return !missing(entry.visit, entry.merged, refusedPictures(entry)).length; }

/** The line over a visit that was ended here: where it is, and the way back while the server has not closed it. */
export function finishedNote(entry) {
  if (!isFinished(entry.merged)) return null;
  if (!isSettled(entry)) return note('bad', 'alert-circle', h('b', {}, t('finished_here')), ' ', t('finished_attention'));
  const { facts, photos } = waiting(entry);
  const text = facts || photos ? t('finished_waiting', { facts, photos }) : t('finished_sent');
  return note('ok', 'circle-check', h('b', {}, t('finished_here')), ' ', text, button(t('reopen'), () => reopen(entry.id), { kind: 'small' }));
}
