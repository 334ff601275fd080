/* The head of a visit: where, when, whom to call, and the arrival. */

import { locate } from '../place.js';
import { record } from '../store.js';
import { drop, noticed } from '../sync.js';
import { clock, moment, setting, t } from '../texts.js';
import { button, fill, h, icon, note, tag } from './dom.js';
import { storing } from './failures.js';

const PATIENCE = 6000;

/** An address as the phone's maps open it; empty where the installation wants no maps. */
export function mapLink(address) {
  const pattern = /Android/.test(navigator.userAgent) ? 'map_android' : 'map_web';
  return setting(pattern).replace('{address}', encodeURIComponent(address));
}

export function reach(visit, compact = false) {
  const call = visit.telephone && h('a', { class: 'btn light', href: `tel:${visit.telephone.replace(/[^\d+*#,;-]/g, '')}`, 'aria-label': t('call', { contact: visit.contact, telephone: visit.telephone }) }, icon('phone'), !compact && h('span', {}, t('call_short')));
  const map = mapLink(visit.address || visit.place);
  const go = map && h('a', { class: 'btn light', href: map, target: '_blank', rel: 'noreferrer', 'aria-label': t('navigate', { place: visit.place }) }, icon('navigation'), !compact && h('span', {}, t('navigate_short')));
  return [call, go];
}

function notices(visit) {
  const { notice } = visit;
  if (!notice) return null;
  if (notice.kind === 'cancelled') {
    return note('bad', 'ban', t('cancelled_text', { reason: visit.cancelled_reason || t('no_reason') }), button(t('take_off_phone'), () => drop(visit.id), { kind: 'small' }));
  }
  return note('back', 'calendar-event', t('moved_text', { before: moment(notice.planned_at), place: notice.place }),
    button(t('understood'), () => noticed(visit.id), { kind: 'small' }));
}

/** {node, update(entry)} */
export function visitHead(entry) {
  const node = h('section', { class: 'head', 'aria-labelledby': 'head-t' });

  async function arrive(event) {
    event.currentTarget.setAttribute('aria-busy', 'true');
    const at = new Date().toISOString();
    await storing(t('arrival'), async () => record(entry.id, { arrival: { at, ...await locate(PATIENCE) } }));
  }

  function arrival(now) {
    const value = now.merged.values.get('arrival');
    if (!value) return button(t('arrive'), arrive, { symbol: 'map-pin', kind: 'light arrive' });
    const place = value.lat === null ? t('place_unknown') : t('place_near', { accuracy: Math.round(value.accuracy || 0) });
    return h('p', { class: 'arrived' }, icon('circle-check'), t('arrived', { time: clock(value.at), place }));
  }

  function update(now) {
    const { visit } = now;
    const line = (symbol, text) => text && h('li', {}, icon(symbol), h('span', {}, text));
    fill(node,
      notices(visit),
      h('div', { class: 'head-t' }, h('h2', { id: 'head-t' }, visit.organization), tag('wait', 'clipboard-check', t(`purpose_${visit.purpose}`))),
      h('ul', { class: 'head-l' }, line('clock', moment(visit.planned_at)), visit.unit !== visit.organization && line('building', visit.unit),
        line('map-pin', visit.place), visit.address && visit.address !== visit.place && line('map', visit.address),
        line('user', [visit.contact, visit.telephone].filter(Boolean).join(' '))),
      h('div', { class: 'head-b' }, reach(visit), arrival(now)));
  }
  update(entry);
  return { node, update };
}
