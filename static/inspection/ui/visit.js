/* A visit: head, progress that stays in sight, items by criterion, vetoes, note, signature, end. */

import { isFinished, pointsSoFar, progress } from '../facts.js';
import { state } from '../store.js';
import { t } from '../texts.js';
import { close, finishedNote, isSettled, jump } from './closing.js';
import { fill, h, icon } from './dom.js';
import { visitHead } from './head.js';
import { itemCard } from './item.js';
import { generalNote, otherConflicts, vetoCard } from './remarks.js';
import { takePhoto } from './shots.js';
import { signing } from './signing.js';
import { flushTyped } from './typing.js';

const half = (number) => String(Math.round(number * 2) / 2);

/** The criteria with those of their items that are looked at in this visit. */
function criteriaOf(visit) {
  const wanted = new Set(visit.items);
  return visit.standard.criteria
    .map((criterion) => ({ ...criterion, items: criterion.items.filter((item) => wanted.has(item.code)) }))
    .filter((criterion) => criterion.items.length);
}

function section(entry, criterion) {
  const count = h('span', { class: 'sec-n num' });
  const cards = criterion.items.map((item) => itemCard(entry, item));
  const node = h('section', { class: 'sec', id: `sec-${criterion.code}`, 'aria-labelledby': `h-${criterion.code}` },
    h('h2', { class: 'sec-h', id: `h-${criterion.code}` }, criterion.name, count), cards.map((card) => card.node));
  const update = (now) => {
    const part = progress({ items: criterion.items.map((item) => item.code) }, now.merged);
    count.textContent = `${part.done}/${part.all}`;
    count.classList.toggle('full', part.done === part.all);
    for (const card of cards) card.update(now);
  };
  update(entry);
  return { node, update };
}

function compass(criteria) {
  const meter = h('progress', { max: 1, 'aria-label': t('progress') });
  const words = h('div', { class: 'prog-t' });
  const links = criteria.map((criterion) => h('a', { href: `#sec-${criterion.code}`, data: { code: criterion.code }, onclick: (event) => {
    event.preventDefault();
    document.getElementById(`sec-${criterion.code}`).scrollIntoView({ behavior: 'smooth' });
  } }));
  const node = h('div', { class: 'compass' }, words, meter, h('nav', { class: 'jumps', 'aria-label': t('criteria') }, links));
  const update = ({ visit, merged }) => {
    const { done, all } = progress(visit, merged);
    meter.max = all;
    meter.value = done;
    fill(words, h('b', { class: 'num' }, `${done}/${all}`), ` ${t('assessed')}`, h('span', { class: 'num' }, t('points_so_far', { points: half(pointsSoFar(visit, merged)) })));
    criteria.forEach((criterion, index) => {
      const part = progress({ items: criterion.items.map((item) => item.code) }, merged);
      fill(links[index], criterion.name, h('small', { class: 'num' }, `${part.done}/${part.all}`));
      links[index].className = part.done === part.all ? 'full' : '';
    });
  };
  return { node, update };
}

function actions(id) {
  const act = (symbol, text, onclick, kind = '') => h('button', { type: 'button', class: `act ${kind}`, onclick }, icon(symbol), h('span', {}, text));
  const next = () => {
    const { visit, merged } = state.visits.get(id);
    jump(visit.items.find((code) => !merged.values.get(code)) || 'signature');
  };
  const finish = async () => { if (await close(id)) window.location.hash = '#/'; };
  return [
    act('list-check', t('next_item'), next), act('camera', t('take_photo'), () => takePhoto(id, '', true)),
    act('signature', t('sign_short'), () => jump('signature')), act('send', t('finish'), finish, 'go'),
  ];
}

/** The page of a visit: {title, back, content, bar, update(), leave()}; null when it is not on this phone. */
export function visitPage(id) {
  const entry = state.visits.get(id);
  if (!entry) return null;
  const { visit } = entry;
  const criteria = criteriaOf(visit);
  const head = visitHead(entry);
  const top = compass(criteria);
  const rest = [
    otherConflicts(entry),
    ...criteria.map((criterion) => section(entry, criterion)),
  ];
  const vetoes = visit.standard.vetoes.map((veto) => vetoCard(entry, veto));
  const general = generalNote(entry);
  const signature = signing(entry);
  const over = h('div', { class: 'over' });
  const bar = actions(id);
  const body = h('div', { class: 'visit' }, head.node, rest.map((part) => part.node),
    vetoes.length > 0 && h('section', { class: 'sec', id: 'sec-veto', 'aria-labelledby': 'h-veto' }, h('h2', { class: 'sec-h', id: 'h-veto' }, t('vetoes')), vetoes.map((part) => part.node)),
    h('section', { class: 'sec', 'aria-labelledby': 'h-end' }, h('h2', { class: 'sec-h', id: 'h-end' }, t('closing')), general.node, signature.node));
  const update = () => {
    const now = state.visits.get(id);
    if (!now) { window.location.hash = '#/'; return; }
    for (const part of [head, top, ...rest, ...vetoes, general, signature]) part.update(now);
    fill(over, finishedNote(now));
    const finished = isFinished(now.merged) || now.visit.state === 'completed';
    body.inert = finished && isSettled(now);
    for (const act of bar) act.disabled = finished;
  };
  update();
  return { title: visit.organization, back: '#/', content: [top.node, over, body], bar, update, leave: flushTyped };
}
