/* Photos of an item or of the whole visit: taking them, their small copies, and one of them large. */

import { photosOf } from '../facts.js';
import { locate } from '../place.js';
import { prepare } from '../pictures.js';
import { pictureBytes, record, state } from '../store.js';
import { megabytes, moment, t } from '../texts.js';
import { ask, button, dialog, fill, h, icon, toast } from './dom.js';
import { complain, storing } from './failures.js';
import { flushTyped, keepTyped } from './typing.js';

const FOUND = 4000;
const CAPTION = 200;

function choose(camera) {
  return new Promise((resolve) => {
    const input = h('input', { type: 'file', accept: 'image/jpeg,image/png', capture: camera ? 'environment' : null, class: 'off', tabindex: '-1', 'aria-label': t('take_photo') });
    const done = () => { resolve(input.files[0] || null); input.remove(); };
    input.addEventListener('change', done);
    input.addEventListener('cancel', done);
    document.body.append(input);
    input.click();
  });
}

/** Let a photo be taken and keep it with the place and time; `key` replaces an earlier one. */
export async function takePhoto(id, item, camera, key = `photo:${crypto.randomUUID()}`) {
  const file = await choose(camera);
  if (!file) return;
  document.body.classList.add('busy');
  try {
    await storing(t('a_new_photo'), async () => {
      const [picture, place] = await Promise.all([prepare(file), locate(FOUND)]);
      const { sha256, bytes, width, height, takenAt } = picture;
      await record(id, {
        [key]: { item, sha256, size: bytes.byteLength, width, height, taken_at: takenAt, caption: '', ...place },
      }, picture);
      toast(t('photo_kept', { size: megabytes(bytes.byteLength) }), 'photo');
    });
  } finally {
    document.body.classList.remove('busy');
  }
}

async function paint(canvas, id, sha256) {
  const bytes = await pictureBytes(id, sha256);
  if (!bytes) { canvas.replaceWith(h('p', {}, t('photo_elsewhere'))); return; }
  const bitmap = await createImageBitmap(new Blob([bytes]));
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d').drawImage(bitmap, 0, 0);
}

async function show(id, photo) {
  const canvas = h('canvas', { class: 'large', role: 'img', 'aria-label': photo.caption || t('photo') });
  const known = state.visits.get(id).photos.get(photo.sha256);
  const caption = h('input', { type: 'text', maxlength: CAPTION, value: photo.caption, id: 'caption' });
  const { key } = photo;
  keepTyped(caption, (text) => storing(t('photo'), () => record(id, { [key]: (now) => now && { ...now, caption: text } })));
  const where = photo.lat === null ? t('place_unknown') : t('place', { lat: photo.lat, lon: photo.lon, accuracy: Math.round(photo.accuracy || 0) });
  const remove = async (close) => {
    if (!await ask(t('photo_remove'), t('photo_remove_text'), t('photo_remove'), 'danger')) return;
    await flushTyped();
    if (await storing(t('photo'), () => record(id, { [key]: null }))) close();
  };
  const again = (close) => { close(); takePhoto(id, photo.item, true, key); };
  const opened = dialog(t('photo'), (close) => [
    canvas,
    known && known.refused && h('p', { class: 'bad-t' }, icon('photo-x'), t('photo_refused', { reason: known.refused })),
    h('label', { class: 'label', for: 'caption' }, t('caption')), caption,
    h('p', { class: 'fine num' }, `${moment(photo.taken_at)} · ${where}`),
    h('div', { class: 'row' }, button(t('photo_remove'), () => remove(close), { symbol: 'trash', kind: 'danger-o' }), button(t('photo_again'), () => again(close), { symbol: 'camera' })),
  ], { wide: true });
  paint(canvas, id, photo.sha256).catch(() => complain(t('photo_broken'), t('photo')));
  await opened;
  await flushTyped();
}

/** The strip of photos of an item ('' for those of the whole visit): {node, update(entry)}. */
export function shots(entry, item, beside = null) {
  const strip = h('ul', { class: 'shots', hidden: true });
  const node = h('div', { class: 'item-p' }, strip, h('div', { class: 'item-b' }, beside || h('span', { class: 'grow' }),
    h('button', { type: 'button', class: 'btn light', 'aria-label': t('album_of', { item: item || t('whole_visit') }), onclick: () => takePhoto(entry.id, item, false) }, icon('photo')),
    h('button', { type: 'button', class: 'btn light', 'aria-label': t('camera_of', { item: item || t('whole_visit') }), onclick: () => takePhoto(entry.id, item, true) }, icon('camera'), h('span', {}, t('take_photo')))));

  function update(now) {
    const photos = photosOf(now.merged).filter((photo) => photo.item === item);
    strip.hidden = !photos.length;
    fill(strip, photos.map((photo, index) => {
      const known = now.photos.get(photo.sha256);
      const [symbol, text] = !known ? ['cloud-check', 'photo_elsewhere'] : known.refused ? ['photo-x', 'photo_refused_short']
        : known.sent ? ['cloud-check', 'photo_sent'] : ['device-mobile', 'photo_here'];
      const label = t('photo_number', { number: index + 1, state: t(text) });
      return h('li', {}, h('button', { type: 'button', class: `shot ${known && known.refused ? 'is-bad' : ''}`, 'aria-label': label, onclick: () => show(entry.id, photo) },
        known ? h('img', { src: known.thumb, alt: '' }) : icon('photo'), h('span', { class: 'shot-s' }, icon(symbol))));
    }));
  }
  update(entry);
  return { node, update };
}
