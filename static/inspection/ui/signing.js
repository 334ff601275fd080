/* The signature of the unit's representative, by hand on the glass; or the refusal to sign, with its reason. */

import '../signature_pad.js';
import { signature } from '../pictures.js';
import { record, state } from '../store.js';
import { clock, setting, t } from '../texts.js';
import { button, dialog, fill, h, icon, toast } from './dom.js';
import { storing } from './failures.js';
import { kept } from './item.js';
import { phrases } from './phrases.js';

function field(id, label, value = '') {
  const input = h('input', { type: 'text', id, maxlength: 40, value, autocomplete: 'off' });
  return { input, nodes: [h('label', { class: 'label', for: id }, label), input] };
}

function error(text) { return h('p', { class: 'bad-t', role: 'alert' }, icon('alert-circle'), text); }

/** Match the canvas to its size on the glass; what was drawn so far is drawn again. */
function fit(pad, canvas) {
  const ratio = Math.max(window.devicePixelRatio || 1, 1);
  const drawn = pad.toData();
  canvas.width = canvas.offsetWidth * ratio;
  canvas.height = canvas.offsetHeight * ratio;
  canvas.getContext('2d').scale(ratio, ratio);
  pad.clear();
  pad.fromData(drawn);
}

async function sign(entry) {
  const now = entry.merged.values.get('signature') || {};
  const name = field('sign-name', t('sign_name'), now.name || entry.visit.contact || '');
  const role = field('sign-role', t('sign_role'), now.role || '');
  const canvas = h('canvas', { class: 'pad', 'aria-label': t('sign_here'), role: 'img' });
  const pad = new globalThis.SignaturePad(canvas, { minWidth: 1, maxWidth: 3.2, penColor: '#101828', backgroundColor: '#fff' });
  const wrong = h('div', {});
  const resize = () => fit(pad, canvas);
  requestAnimationFrame(() => requestAnimationFrame(resize));
  window.addEventListener('resize', resize);
  const keep = async (close) => {
    const empty = !name.input.value.trim() ? 'sign_name_missing' : pad.isEmpty() ? 'sign_empty' : '';
    if (empty) { fill(wrong, error(t(empty))); return; }
    const stored = await storing(t('signature'), async () => {
      const picture = await signature(canvas);
      await record(entry.id, { signature: {
        name: name.input.value.trim(), role: role.input.value.trim(), sha256: picture.sha256, at: new Date().toISOString(),
      } }, picture);
    });
    if (stored) { close(); toast(t('signature_kept'), 'signature'); }
  };
  await dialog(t('sign_title'), (close) => [
    h('p', { class: 'fine' }, t('sign_text')), name.nodes, role.nodes,
    h('div', { class: 'paper' }, canvas, h('span', { class: 'paper-l', 'aria-hidden': 'true' }, t('sign_here'))), wrong,
    h('div', { class: 'row' }, button(t('sign_clear'), () => { pad.clear(); canvas.parentNode.classList.remove('used'); }, { symbol: 'rotate' }), button(t('sign_keep'), () => keep(close), { kind: 'primary', symbol: 'check' })),
  ], { wide: true });
  window.removeEventListener('resize', resize);
  pad.off();
}

async function refuse(entry) {
  const now = entry.merged.values.get('signature') || {};
  const reason = h('textarea', { rows: 2, maxlength: 300, id: 'refuse-reason', value: now.reason || '' });
  const wrong = h('div', {});
  const keep = async (close) => {
    const text = reason.value.trim();
    if (!text) { fill(wrong, error(t('refuse_missing'))); return; }
    if (await storing(t('signature'), () => record(entry.id, { signature: { refused: true, reason: text } }))) close();
  };
  await dialog(t('refuse_title'), (close) => [
    h('label', { class: 'label', for: 'refuse-reason' }, t('refuse_reason')), reason, phrases(reason, setting('phrases_refused')), wrong,
    h('div', { class: 'row' }, button(t('cancel'), () => close()), button(t('refuse_keep'), () => keep(close), { kind: 'primary' })),
  ]);
}

/** The section of the signature: {node, update(entry)}. */
export function signing(entry) {
  const body = h('div', {});
  const node = h('section', { class: 'item', id: 'item-signature', 'aria-labelledby': 'sign-t' }, h('h3', { id: 'sign-t' }, t('signature')), body);

  function update(now) {
    const value = now.merged.values.get('signature');
    const picture = value && now.photos.get(value.sha256);
    const refusal = picture && picture.refused;
    fill(body,
      !value && h('p', { class: 'fine' }, t('sign_none')),
      value && value.refused && h('p', {}, icon('hand-stop'), ' ', t('refused_because', { reason: value.reason })),
      value && !value.refused && h('div', { class: 'signed' }, picture && h('img', { src: picture.thumb, alt: t('signature') }), h('p', {}, h('b', {}, value.name), value.role && ` ${value.role}`, h('small', {}, clock(value.at)))),
      refusal && error(t('photo_refused', { reason: refusal })),
      h('div', { class: 'row' }, button(t('refuse'), () => refuse(state.visits.get(entry.id)), { symbol: 'hand-stop' }), button(t(value ? 'sign_again' : 'sign'), () => sign(state.visits.get(entry.id)), { symbol: 'signature', kind: value ? '' : 'primary' })),
      h('div', { class: 'item-k' }, kept(now, 'signature')));
  }
  update(entry);
  return { node, update };
}
