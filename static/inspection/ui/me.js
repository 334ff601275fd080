/* The person, the phone and the app: signing out, room on the phone, language, installing, a new version. */

import { signOut } from '../session.js';
import { makeRoom, state, waitingInAll } from '../store.js';
import { megabytes, switchLanguage, t } from '../texts.js';
import { offered } from '../updates.js';
import { ask, button, fill, h, icon, note, toast } from './dom.js';
import { flushTyped } from './typing.js';

let prompt = null;
window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  prompt = event;
  window.dispatchEvent(new Event('installable'));
});

const installed = () => window.matchMedia('(display-mode: standalone)').matches || navigator.standalone === true;
const apple = () => /iPhone|iPad|iPod/.test(navigator.userAgent);

/** Why and how to put the app on the phone's home screen, null when it is there already. */
export function installHint() {
  if (installed()) return null;
  if (prompt) {
    const install = async () => { await prompt.prompt(); prompt = null; window.dispatchEvent(new Event('installable')); };
    return note('wait', 'device-mobile', t('install_text'), button(t('install'), install, { kind: 'small' }));
  }
  // Safari throws away what a page keeps after seven days without a visit, but not what an installed app keeps.
  return apple() ? note('back', 'device-mobile', t('install_apple')) : null;
}

async function leave() {
  await flushTyped();
  const { facts, photos } = waitingInAll();
  const text = facts + photos ? t('leave_unsent', { facts, photos }) : t('leave_text');
  if (await ask(t('leave'), text, t('leave'), 'danger')) await signOut();
}

async function room(place) {
  if (!navigator.storage || !navigator.storage.estimate) return;
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  const lasting = await navigator.storage.persisted();
  const free = async () => { toast(t('freed', { number: await makeRoom() })); room(place); };
  fill(place, h('p', {}, t('room_used', { usage: megabytes(usage), quota: megabytes(quota) })), h('progress', { max: quota || 1, value: usage, 'aria-label': t('room') }),
    h('p', { class: 'fine' }, t(lasting ? 'room_lasting' : 'room_temporary')), button(t('free_room'), free, { symbol: 'trash' }));
}

/** {title, content, tab, update()} */
export function mePage() {
  const content = h('div', { class: 'me' });
  const place = h('div', {});
  const change = async () => { await flushTyped(); switchLanguage(); window.location.reload(); };
  function update() {
    const next = offered();
    fill(content,
      h('section', { class: 'item who' }, h('span', { class: 'avatar', 'aria-hidden': 'true' }, state.name.slice(0, 1)), h('div', {}, h('h2', {}, state.name), h('p', { class: 'fine' }, t('inspector')))),
      next && note('wait', 'refresh', t('update_text'), button(t('update'), next, { kind: 'small' })),
      installHint(),
      h('section', { class: 'item', 'aria-labelledby': 'me-room' }, h('h3', { id: 'me-room' }, icon('database'), t('room')), place),
      h('section', { class: 'item', 'aria-labelledby': 'me-app' }, h('h3', { id: 'me-app' }, icon('settings'), t('app')),
        h('div', { class: 'row' }, button(t('language'), change, { symbol: 'language' }), button(t('leave'), leave, { symbol: 'logout', kind: 'danger-o' })),
        h('p', { class: 'fine' }, t('leave_hint')), h('p', { class: 'fine num' }, t('version', { version: document.body.dataset.version, device: state.device.slice(-4) }))));
  }
  update();
  room(place);
  return { title: t('tab_me'), content, tab: 'me', update };
}
