/* Where the records are, in words: for the chip in the top bar and for the outbox. */

import { isFinished } from '../facts.js';
import { state, waiting, waitingInAll } from '../store.js';
import { status } from '../sync.js';
import { setting, t } from '../texts.js';

const TROUBLE = { signin: ['bad', 'lock'], full: ['bad', 'alert-triangle'], error: ['back', 'alert-circle'], gone: ['bad', 'ban'] };

/** {kind, symbol, short, text} of everything on this phone. */
export function outbox() {
  const count = waitingInAll();
  const open = count.facts + count.photos;
  const rest = open ? t('not_uploaded', count) : '';
  const { phase, reason } = status;
  if (TROUBLE[phase]) {
    const [kind, symbol] = TROUBLE[phase];
    return { kind, symbol, short: t(`phase_${phase}`), text: [t(`phase_${phase}_text`, { reason }), rest].filter(Boolean).join(setting('space')) };
  }
  if (phase === 'offline') {
    return { kind: 'back', symbol: 'wifi-off', short: open ? t('offline_count', { number: open }) : t('offline'), text: [t('offline_text'), rest].filter(Boolean).join(setting('space')) };
  }
  if (open && phase === 'sending') return { kind: 'wait', symbol: 'cloud-upload', short: String(open), text: t('sending', count) };
  if (open) return { kind: 'back', symbol: 'cloud-upload', short: String(open), text: rest };
  if (status.troubles.size) return { kind: 'bad', symbol: 'alert-circle', short: t('attention'), text: t('attention_text') };
  return { kind: 'ok', symbol: 'cloud-check', short: t('uploaded'), text: t('all_uploaded') };
}

/** {kind, symbol, text} of one visit. */
export function visitState(entry) {
  const { visit, merged } = entry;
  const trouble = status.troubles.get(entry.id);
  const { facts, photos } = waiting(entry);
  if (visit.state === 'cancelled') return { kind: 'mute', symbol: 'ban', text: t('cancelled') };
  if (merged.conflicts.some((key) => key !== 'finish')) return { kind: 'bad', symbol: 'arrows-exchange', text: t('conflicts', { number: merged.conflicts.length }) };
  if (trouble) return { kind: 'bad', symbol: 'alert-circle', text: t(`trouble_${trouble.kind}`, { reason: trouble.reason }) };
  const refused = [...entry.facts.values()].some((fact) => fact.refused && merged.heads.get(fact.key).some((one) => one.uuid === fact.uuid));
  if (refused || [...entry.photos.values()].some((one) => one.refused && standing(entry, one.sha256))) return { kind: 'bad', symbol: 'alert-circle', text: t('refused_some') };
  if (facts || photos) return { kind: 'back', symbol: 'device-mobile', text: t('not_uploaded', { facts, photos }) };
  if (isFinished(merged)) return { kind: 'wait', symbol: 'cloud-upload', text: t('waits_receipt') };
  if (!entry.facts.size) return { kind: 'mute', symbol: 'circle-dashed', text: t('not_begun') };
  return { kind: 'ok', symbol: 'cloud-check', text: t('all_uploaded') };
}

function standing(entry, sha256) {
  return [...entry.merged.values.values()].some((value) => value && value.sha256 === sha256);
}

/** The number of unsent records on the app's icon and in the title. */
export function badge() {
  const { facts, photos } = state.key ? waitingInAll() : { facts: 0, photos: 0 };
  const number = facts + photos;
  document.title = number ? t('title_count', { number }) : t('title');
  if (!navigator.setAppBadge) return;
  (number ? navigator.setAppBadge(number) : navigator.clearAppBadge()).catch(() => {});
}
