/* One item of the standard: the verdict with the thumb, points in halves, a note, photos, what the unit itself said. */

import { record } from '../store.js';
import { clock, setting, t } from '../texts.js';
import { conflict } from './conflict.js';
import { fill, h, icon, tag } from './dom.js';
import { storing } from './failures.js';
import { phrases } from './phrases.js';
import { shots } from './shots.js';
import { keepTyped, showTyped } from './typing.js';

const SYMBOLS = { met: 'circle-check', unmet: 'circle-x', na: 'circle-minus' };
const NOTE = 1000;
const half = (number) => String(Math.round(number * 2) / 2);

/** Where the newest fact of a key stands: on the phone or with the server. */
export function kept(entry, key) {
  const heads = entry.merged.heads.get(key);
  if (!heads) return '';
  const fact = heads.map((one) => entry.facts.get(one.uuid)).sort((one, other) => (one.recorded_at < other.recorded_at ? 1 : -1))[0];
  if (fact.refused) return h('span', { class: 'kept bad' }, icon('alert-triangle'), t('fact_refused', { reason: fact.refused }));
  const [symbol, text] = fact.sent ? ['cloud-check', 'kept_server'] : ['device-mobile', 'kept_phone'];
  return h('span', { class: 'kept' }, icon(symbol), t(text, { time: clock(fact.recorded_at) }));
}

/** What the unit said of itself and what the standard asks for: {toggle, panel}. */
function background(item, said) {
  const lines = [[t('evidence'), item.evidence], [t('pass_rule'), item.pass_rule]];
  if (said) {
    const claim = said.claimed === null ? t('not_stated') : t(said.claimed ? 'result_met' : 'result_unmet');
    lines.unshift([t('self'), said.points === null ? claim : t('self_points', { claim, points: Number(said.points) })]);
    if (said.note) lines.splice(1, 0, [t('self_note'), said.note]);
  }
  const panel = h('dl', { class: 'said', id: `said-${item.code}`, hidden: true },
    lines.filter(([, text]) => text).flatMap(([name, text]) => [h('dt', {}, name), h('dd', {}, text)]));
  const open = ({ currentTarget }) => {
    panel.hidden = !panel.hidden;
    currentTarget.setAttribute('aria-expanded', String(!panel.hidden));
  };
  const toggle = h('button', { type: 'button', class: 'btn plain', 'aria-expanded': 'false', 'aria-controls': panel.id, onclick: open }, icon('info-circle'), h('span', {}, t('self_and_rule')));
  return { toggle, panel };
}

/** {node, update(entry)} */
export function itemCard(entry, item) {
  const { id } = entry;
  const { code } = item;
  const full = Number(item.points);
  let current = null;
  const say = (change) => storing(code, async () => {
    await record(id, { [code]: (now) => ({ note: '', ...now, ...change(now) }) });
    if (navigator.vibrate) navigator.vibrate(8);
  });
  const decide = (result) => say((now) => (now && now.result === result ? {} : { result, points: result === 'unmet' ? '0' : half(full) }));
  const step = (by) => say((now) => ({ points: half(Math.min(full, Math.max(0, Number(now.points) + by))) }));
  // Of a mandatory item there is no saying that it does not apply.
  const results = item.mandatory ? ['met', 'unmet'] : ['met', 'unmet', 'na'];
  const choices = results.map((result) => h('button', {
    type: 'button', class: `choice is-${result}`, data: { result }, 'aria-pressed': 'false', onclick: () => decide(result),
  }, icon(SYMBOLS[result]), h('span', {}, t(`result_${result}`))));
  const less = h('button', { type: 'button', class: 'step', 'aria-label': t('less', { code }), onclick: () => step(-0.5) }, icon('minus'));
  const more = h('button', { type: 'button', class: 'step', 'aria-label': t('more', { code }), onclick: () => step(0.5) }, icon('plus'));
  const points = h('output', { class: 'num' });
  const box = h('textarea', { rows: 1, maxlength: NOTE, 'aria-label': t('note_of', { code }) });
  keepTyped(box, (note) => (current ? say(() => ({ note })) : true));
  const lines = h('div', {});
  const noted = h('div', { hidden: true }, box, lines);
  // Where all is well there is often nothing to say: the field comes when it is asked for.
  const asked = () => { noted.hidden = false; adding.hidden = true; box.focus(); };
  const adding = h('button', { type: 'button', class: 'btn light', 'aria-label': t('add_note_to', { code }), onclick: asked }, icon('message-2'), h('span', {}, t('add_note')));
  const extra = h('div', { class: 'item-x', hidden: true },
    h('div', { class: 'points' }, adding, h('span', { class: 'grow' }, t('points_label')), less, h('span', { class: 'points-n' }, points, h('small', {}, t('of_points', { full: half(full) }))), more),
    noted);
  const { toggle, panel } = background(item, entry.visit.self[code]);
  const strip = shots(entry, code, toggle);
  const where = h('div', { class: 'item-k' });
  const clash = h('div', { hidden: true });
  const group = h('div', { class: `choices n${results.length}`, role: 'group', 'aria-label': t('verdict_of', { code }) }, choices);
  const node = h('article', { class: 'item', id: `item-${code}`, 'aria-labelledby': `t-${code}` },
    h('header', { class: 'item-h' },
      h('h3', { id: `t-${code}` }, h('span', { class: 'code num' }, code), item.text),
      h('div', { class: 'item-m' }, h('span', {}, t('full_points', { points: half(full) })), item.mandatory && tag('back', 'star', t('mandatory')))),
    clash, group, extra, strip.node, panel, where);
  let shownPhrases = '';

  function update(now) {
    current = now.merged.values.get(code) || null;
    const contested = now.merged.conflicts.includes(code);
    node.dataset.state = contested ? 'contested' : current ? current.result : '';
    clash.hidden = !contested;
    group.hidden = contested;
    extra.hidden = contested || !current;
    if (contested) fill(clash, conflict(now, code));
    for (const choice of choices) choice.setAttribute('aria-pressed', String(Boolean(current) && current.result === choice.dataset.result));
    fill(where, kept(now, code));
    strip.update(now);
    if (!current) return;
    points.value = half(current.points);
    less.disabled = Number(current.points) <= 0;
    more.disabled = Number(current.points) >= full;
    showTyped(box, current.note);
    const open = current.result !== 'met' || current.note || !noted.hidden;
    noted.hidden = !open;
    adding.hidden = Boolean(open);
    box.placeholder = t(current.result === 'unmet' ? 'note_missing' : 'note_placeholder');
    if (shownPhrases === current.result) return;
    shownPhrases = current.result;
    fill(lines, phrases(box, setting(`phrases_${current.result}`)));
  }
  update(entry);
  return { node, update };
}
