/* The outbox. One window drains it: facts first, then pictures, then what is new on the server. Every step may be
   repeated, and nothing leaves the phone before the server has confirmed that it has all of a visit. */

import * as api from './api.js';
import * as db from './db.js';
import { confirm } from './session.js';
import { canonical, isFinished, picturesOf } from './facts.js';
import * as store from './store.js';

const BATCH = 100;
const FIRST = 3000;
const LONGEST = 300000;

/** phase: idle, sending, offline, signin, full, error; reason for people; troubles: what is wrong by visit. */
export const status = { phase: 'idle', reason: '', at: null, troubles: new Map() };
export const news = new EventTarget();
const PAUSE = 1200;
const OTHER = 4000;
const FRESH = 60000;
const RECEIPTS = 30 * 86400000;
const late = new Map(); // how many records of a visit reached the server after it was complete
let running = false;
let again = false;
let timer = 0;
let failures = 0;
let contact = 0; // when the server last said who is signed in and which visits there are

function show(phase, reason = '') {
  Object.assign(status, { phase, reason });
  news.dispatchEvent(new Event('status'));
}

/** Try soon: after something was recorded, or when the network came back. */
export function wake(delay = 0) {
  clearTimeout(timer);
  timer = setTimeout(drain, delay);
}

export function watch() {
  window.addEventListener('online', () => { failures = 0; wake(); });
  window.addEventListener('offline', () => show('offline'));
  document.addEventListener('visibilitychange', () => { if (!document.hidden) wake(); });
  store.changes.addEventListener('change', ({ detail }) => { if (detail.source === 'here') wake(PAUSE); });
}

function later() {
  const pause = failures ? Math.min(FIRST * 2 ** (failures - 1), LONGEST) : LONGEST;
  wake(pause * (0.8 + 0.4 * Math.random()));
}

export async function drain() {
  if (!navigator.onLine) { show('offline'); return; }
  if (running) { again = true; return; }
  running = true;
  try {
    await drainAlone();
  } finally {
    running = false;
    if (again) wake(PAUSE); // something was recorded meanwhile
    again = false;
  }
}

/** One window at a time; another looks again soon whether something is left for it. */
async function drainAlone() {
  await navigator.locks.request('liuyou drain', { ifAvailable: true }, async (mine) => {
    if (!mine) { show('idle'); wake(OTHER); return; }
    show('sending');
    try {
      await exchange();
      failures = 0;
      status.at = new Date().toISOString();
      show('idle');
    } catch (error) {
      failures += 1;
      contact = 0;
      if (error instanceof api.Failure) show(error.kind, error.reason);
      else if (error instanceof db.NotSaved) show(error.full ? 'full' : 'error', error.message);
      else { show('error', error.message); later(); throw error; }
    }
    if (status.phase !== 'signin') later();
  });
}

async function exchange() {
  const fresh = Date.now() - contact < FRESH;
  if (!fresh) await confirm();
  status.troubles.clear();
  let failed = null;
  for (const id of [...store.state.visits.keys()]) {
    try {
      await sendVisit(id);
    } catch (error) {
      // What is wrong with one visit holds up no other.
      if (!(error instanceof api.Failure) || !['gone', 'error'].includes(error.kind)) throw error;
      status.troubles.set(id, { kind: error.kind, reason: error.reason });
      if (error.kind === 'error') failed = error;
    }
  }
  if (!fresh) {
    await takeOver(await api.visits());
    contact = Date.now();
  }
  if (failed) throw failed;
}

/** Ask for everything at the next look, whenever the last one was. */
export function refresh() {
  contact = 0;
  wake();
}

async function sendVisit(id) {
  const unsent = [...store.state.visits.get(id).facts.values()]
    .filter((fact) => !fact.sent && !fact.refused)
    .sort((one, other) => (one.recorded_at < other.recorded_at ? -1 : 1));
  for (let at = 0; at < unsent.length; at += BATCH) await sendFacts(id, unsent.slice(at, at + BATCH));
  await sendPictures(id);
  const entry = store.state.visits.get(id);
  if (entry && isFinished(entry.merged)) await sendFacts(id, []); // is it complete now?
}

async function sendFacts(id, facts) {
  const plain = facts.map(({ uuid, key, value, supersedes, recorded_at }) => ({ uuid, key, value, supersedes, recorded_at }));
  const answer = await api.sendFacts(id, store.state.device, plain);
  const entry = store.state.visits.get(id);
  const done = new Set([...answer.accepted, ...(answer.late || [])]);
  const refused = new Map((answer.refused || []).map((one) => [one.uuid, one.reason]));
  const rows = [];
  for (const fact of facts) {
    if (refused.has(fact.uuid)) rows.push(await store.factRow(id, fact, 0, refused.get(fact.uuid)));
    else if (done.has(fact.uuid)) rows.push(await store.factRow(id, fact, 1));
  }
  rows.push(...await foreignRows(entry, answer.facts || []));
  if (rows.length) await store.save(rows);
  if (rows.length) { await store.readVisit(id); store.tellOthers(id); }
  late.set(id, (late.get(id) || 0) + (answer.late || []).length);
  if (answer.receipt) await complete(id, { ...answer.receipt, late: late.get(id) });
  else note(id, answer);
}

/** Rows for facts that other phones recorded, and for own ones that arrived although no answer came back. */
async function foreignRows(entry, facts) {
  const rows = [];
  for (const fact of facts) {
    const known = entry.facts.get(fact.uuid);
    if (!known || !known.sent) rows.push(await store.factRow(entry.id, fact, 1));
  }
  return rows;
}

/** What the server still misses of a visit that is finished here: the person must do something about it. */
function note(id, answer) {
  const entry = store.state.visits.get(id);
  if (!entry || !isFinished(entry.merged)) return;
  if (answer.conflicts && answer.conflicts.length) status.troubles.set(id, { kind: 'conflict', reason: '' });
  else if (store.refusedPictures(entry).size) status.troubles.set(id, { kind: 'photo', reason: '' });
}

async function sendPictures(id) {
  for (const sha256 of picturesOf(store.state.visits.get(id).merged)) {
    const picture = store.state.visits.get(id).photos.get(sha256);
    if (!picture || picture.sent || picture.refused || !picture.here) continue;
    const there = await api.pictureState(id, sha256);
    let { refused } = there;
    if (!there.complete && !refused) {
      refused = await api.sendPicture(id, sha256, await store.pictureBytes(id, sha256), there.received);
    }
    const row = await db.get('photos', [store.state.person, id, sha256]);
    await store.save([db.put('photos', { ...row, sent: refused ? 0 : 1, refused: refused || '' })]);
    await store.readVisit(id);
    store.tellOthers(id);
  }
}

/** Everything has arrived and the server gave its receipt: the visit leaves the phone, the receipt stays. */
async function complete(id, receipt) {
  const entry = store.state.visits.get(id);
  const { facts, photos } = store.waiting(entry);
  if (facts || photos) return;
  const { organization, planned_at: plannedAt } = entry.visit;
  const kept = await store.receiptRow({ id, organization, planned_at: plannedAt, receipt });
  await store.save([kept, ...removal(entry)]);
  await store.readAll();
  store.tellOthers(id);
}

function removal(entry) {
  const { person } = store.state;
  return [
    db.remove('visits', [person, entry.id]),
    ...[...entry.facts.keys()].map((uuid) => db.remove('facts', uuid)),
    ...[...entry.photos.keys()].map((sha256) => db.remove('photos', [person, entry.id, sha256])),
  ];
}

/** Take a visit off the phone that is not to be made any more; not while something of it waits to be sent. */
export async function drop(id) {
  const entry = store.state.visits.get(id);
  const { facts, photos } = store.waiting(entry);
  if (facts || photos) return false;
  await db.write(removal(entry));
  await store.readAll();
  store.announce();
  return true;
}

/** Bring the list of visits up to date: new ones, rescheduled ones, cancelled ones, facts of other phones. */
async function takeOver(list) {
  const rows = [];
  for (const { facts, uploads, ...visit } of list) {
    const entry = store.state.visits.get(visit.id);
    if (!entry && visit.state !== 'assigned') continue;
    const before = entry ? entry.visit : null;
    const next = { ...visit, notice: noticeOf(before, visit) };
    if (!before || canonical(before) !== canonical(next)) rows.push(await store.visitRow(next));
    rows.push(...await foreignRows(entry || { id: visit.id, facts: new Map() }, facts));
  }
  const { person, receipts } = store.state;
  const old = receipts.filter(({ receipt }) => Date.parse(receipt.at) < Date.now() - RECEIPTS);
  rows.push(...old.map(({ id }) => db.remove('receipts', [person, id])));
  const listed = new Set(list.map((visit) => visit.id));
  for (const [id, entry] of store.state.visits) {
    const { facts, photos } = store.waiting(entry);
    if (!listed.has(id) && !facts && !photos) rows.push(...removal(entry));
  }
  if (!rows.length) return;
  await store.save(rows);
  await store.readAll();
  store.tellOthers();
  const finished = list.filter((visit) => visit.state === 'completed' && store.state.visits.has(visit.id));
  for (const visit of finished) await sendFacts(visit.id, []);
}

/** What the inspector has to be told about a visit that changed since the phone last heard of it. */
function noticeOf(before, visit) {
  if (visit.state === 'cancelled') return { kind: 'cancelled' };
  if (!before || before.version === visit.version) return before ? before.notice || null : null;
  if (before.planned_at === visit.planned_at && before.place === visit.place) return before.notice || null;
  return { kind: 'moved', planned_at: before.planned_at, place: before.place };
}

/** The person has read what changed. */
export async function noticed(id) {
  const { visit } = store.state.visits.get(id);
  await store.save([await store.visitRow({ ...visit, notice: null })]);
  await store.readVisit(id);
  store.announce(id);
}
