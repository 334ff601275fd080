/* What could not be stored is said where nobody can miss it, with what to do, and stays until it is stored. */

import { NotSaved } from '../db.js';
import { t } from '../texts.js';
import { Refused } from '../pictures.js';
import { button, fill, note } from './dom.js';

/** Do something that stores. True when it is on the disk. Otherwise the banner offers to try again: nothing that was
    stored before is lost, and nothing is shown as stored that is not. */
export async function storing(what, act) {
  try {
    await act();
    settle();
    return true;
  } catch (error) {
    if (error instanceof Refused) return complain(t(error.reason), what);
    if (!(error instanceof NotSaved)) { complain(t('not_saved', { what }), what); throw error; }
    const text = t(error.full ? 'phone_full' : 'not_saved', { what });
    return complain(text, what, () => storing(what, act));
  }
}

export function complain(text, what, again = null) {
  const place = document.getElementById('alarm');
  fill(place, note(
    'bad', 'alert-triangle', text,
    again && button(t('try_again'), again, { kind: 'small primary', symbol: 'refresh' }),
    button(t('close'), settle, { kind: 'small' }),
  ));
  place.hidden = false;
  document.body.dataset.alarm = what;
  return false;
}

export function settle() {
  const place = document.getElementById('alarm');
  place.hidden = true;
  place.replaceChildren();
  delete document.body.dataset.alarm;
}
