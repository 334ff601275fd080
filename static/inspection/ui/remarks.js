/* Veto items, and what there is to say about the whole visit. */

import { record } from '../store.js';
import { setting, t } from '../texts.js';
import { conflict } from './conflict.js';
import { fill, h, icon } from './dom.js';
import { storing } from './failures.js';
import { kept } from './item.js';
import { phrases } from './phrases.js';
import { shots } from './shots.js';
import { keepTyped, showTyped } from './typing.js';

const NOTE = 1000;

/** One veto item: {node, update(entry)}. */
export function vetoCard(entry, veto) {
  const key = `veto:${veto.code}`;
  const say = (change) => storing(veto.code, () => record(entry.id, { [key]: (now) => ({ flagged: false, note: '', ...now, ...change }) }));
  const choice = (flagged, symbol) => h('button', {
    type: 'button', class: `choice ${flagged ? 'is-unmet' : 'is-met'}`, data: { flagged: String(flagged) }, 'aria-pressed': 'false', onclick: () => say({ flagged }),
  }, icon(symbol), h('span', {}, t(flagged ? 'veto_found' : 'veto_none')));
  const choices = [choice(false, 'circle-check'), choice(true, 'alert-triangle')];
  const box = h('textarea', { rows: 2, maxlength: NOTE, 'aria-label': t('note_of', { code: veto.code }), placeholder: t('veto_placeholder') });
  keepTyped(box, (note) => say({ note }));
  const group = h('div', { class: 'choices n2', role: 'group', 'aria-label': t('verdict_of', { code: veto.code }) }, choices);
  const clash = h('div', { hidden: true });
  const extra = h('div', { class: 'item-x', hidden: true }, box);
  const where = h('div', { class: 'item-k' });
  const node = h('article', { class: 'item veto', id: `item-${key}`, 'aria-labelledby': `t-${veto.code}` },
    h('header', { class: 'item-h' }, h('h3', { id: `t-${veto.code}` }, h('span', { class: 'code num' }, veto.code), veto.text)), clash, group, extra, where);

  function update(now) {
    const value = now.merged.values.get(key) || null;
    const contested = now.merged.conflicts.includes(key);
    clash.hidden = !contested;
    group.hidden = contested;
    if (contested) fill(clash, conflict(now, key));
    node.dataset.state = contested ? 'contested' : value ? (value.flagged ? 'unmet' : 'met') : '';
    for (const one of choices) one.setAttribute('aria-pressed', String(Boolean(value) && String(value.flagged) === one.dataset.flagged));
    extra.hidden = contested || !value || !value.flagged;
    showTyped(box, (value && value.note) || '');
    fill(where, kept(now, key));
  }
  update(entry);
  return { node, update };
}

/** The general note with photos of the place: {node, update(entry)}. */
export function generalNote(entry) {
  const box = h('textarea', { rows: 3, maxlength: NOTE, id: 'general', placeholder: t('general_placeholder') });
  keepTyped(box, (text) => storing(t('general'), () => record(entry.id, { note: { text } })));
  const strip = shots(entry, '');
  const clash = h('div', { hidden: true });
  const where = h('div', { class: 'item-k' });
  const node = h('section', { class: 'item', id: 'item-note', 'aria-labelledby': 'general-t' },
    h('h3', { id: 'general-t' }, h('label', { for: 'general' }, t('general'))), clash, box, phrases(box, setting('phrases_general')), strip.node, where);

  function update(now) {
    const contested = now.merged.conflicts.includes('note');
    clash.hidden = !contested;
    if (contested) fill(clash, conflict(now, 'note'));
    const value = now.merged.values.get('note');
    showTyped(box, value ? value.text : '');
    strip.update(now);
    fill(where, kept(now, 'note'));
  }
  update(entry);
  return { node, update };
}

/** Conflicts that have no card of their own: photos, the arrival, the signature. */
export function otherConflicts(entry) {
  const node = h('div', { class: 'clashes' });
  function update(now) {
    const own = (key) => key.startsWith('photo:') || key === 'arrival' || key === 'signature';
    fill(node, now.merged.conflicts.filter(own).map((key) => h('div', { class: 'item', id: `clash-${key}` }, conflict(now, key))));
  }
  update(entry);
  return { node, update };
}
