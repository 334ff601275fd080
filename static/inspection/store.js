/* What this phone knows of the signed-in inspector's visits: in memory for the pages, encrypted in the database.
   Nothing is acknowledged before it is on the disk; other windows of the app are told and read it from there. */

import * as db from './db.js';
import { open, openBytes, seal, sealBytes } from './crypto.js';
import { merge, picturesOf, successor } from './facts.js';

export const state = { person: null, name: '', key: null, device: '', visits: new Map(), receipts: [], skew: 0 };
export const changes = new EventTarget();
const channel = new BroadcastChannel('liuyou-inspection');

function tell(visit, source) {
  changes.dispatchEvent(new CustomEvent('change', { detail: { visit, source } }));
}

channel.onmessage = async ({ data }) => {
  if (data.left) changes.dispatchEvent(new Event('left'));
  else if (data.person === state.person && state.key) {
    await (data.visit ? readVisit(data.visit) : readAll());
    tell(data.visit, 'window');
  }
};

/** Say that rows were written, here and to the other windows; without a visit: anything may have changed. */
export function announce(visit = null) {
  channel.postMessage({ person: state.person, visit });
  tell(visit, 'here');
}

/** The same for what came from the server: nothing new is to be sent for it. */
export function tellOthers(visit = null) {
  channel.postMessage({ person: state.person, visit });
  tell(visit, 'server');
}

/** Nobody is signed in any more, here and in the other windows. */
export function announceLeaving() {
  channel.postMessage({ left: true });
  changes.dispatchEvent(new Event('left'));
}

/** Open the books of a person whose key is at hand. */
export async function enter(person, name, key) {
  Object.assign(state, { person, name, key });
  state.device = await deviceOf();
  await readAll();
}

/** Forget what is in memory. */
export function leave() {
  Object.assign(state, { person: null, name: '', key: null, receipts: [] });
  state.visits.clear();
}

async function deviceOf() {
  let device = await db.get('state', 'device');
  if (!device) {
    device = crypto.randomUUID();
    await db.write([db.put('state', device, 'device')]);
  }
  return device;
}

export async function readAll() {
  const ids = (await db.keys('visits', 'person', state.person)).map(([, id]) => id);
  for (const id of [...ids, ...[...state.visits.keys()].filter((one) => !ids.includes(one))]) await readVisit(id);
  const receipts = await db.all('receipts', 'person', state.person);
  state.receipts = await readable(receipts.map((row) => open(state.key, `receipt ${row.id}`, row.sealed)));
}

/** What can be read; a row sealed with a key that is no more stays where it is. */
async function readable(reading) {
  return (await Promise.allSettled(reading)).filter((one) => one.status === 'fulfilled').map((one) => one.value);
}

const alone = (id, act) => navigator.locks.request(`liuyou visit ${id}`, act);

/** Read one visit anew; a visit that is no longer there is dropped. Never in the middle of recording for it. */
export function readVisit(id) { return alone(id, () => load(id)); }

async function load(id) {
  const row = await db.get('visits', [state.person, id]);
  const [visit] = row ? await readable([open(state.key, `visit ${id}`, row.sealed)]) : [];
  if (!visit) { state.visits.delete(id); return; }
  const facts = await readable((await db.all('facts', 'visit', [state.person, id])).map(openFact));
  const photos = await readable((await db.all('photos', 'visit', [state.person, id])).map(openPhoto));
  const entry = { id, visit, facts: new Map(), photos: new Map(photos.map((one) => [one.sha256, one])) };
  for (const fact of facts) entry.facts.set(fact.uuid, fact);
  entry.merged = merge(entry.facts.values());
  state.visits.set(id, entry);
}

async function openFact(row) {
  const fact = await open(state.key, `fact ${row.uuid}`, row.sealed);
  return { ...fact, sent: row.sent, refused: row.refused || '' };
}

async function openPhoto(row) {
  const { thumb } = await open(state.key, `thumb ${row.sha256}`, row.thumb);
  return { sha256: row.sha256, size: row.size, sent: row.sent, refused: row.refused || '', here: !!row.sealed, thumb };
}

/** The bytes of a picture, null when they are no longer on this phone. */
export async function pictureBytes(id, sha256) {
  const row = await db.get('photos', [state.person, id, sha256]);
  return row && row.sealed ? openBytes(state.key, `photo ${sha256}`, row.sealed) : null;
}

// --- rows ----------------------------------------------------------------------------------------------------

/** The change that stores a fact. `sent` is 1 for what the server has. */
export async function factRow(id, fact, sent = 0, refused = '') {
  const { uuid, key, value, supersedes, recorded_at: at, device = state.device } = fact;
  const sealed = await seal(state.key, `fact ${uuid}`, { uuid, key, value, supersedes, recorded_at: at, device });
  return db.put('facts', { uuid, person: state.person, visit: id, sent, refused, sealed });
}

export async function visitRow(visit) {
  const sealed = await seal(state.key, `visit ${visit.id}`, visit);
  return db.put('visits', { person: state.person, id: visit.id, sealed });
}

export async function receiptRow(receipt) {
  const sealed = await seal(state.key, `receipt ${receipt.id}`, receipt);
  return db.put('receipts', { person: state.person, id: receipt.id, sealed });
}

async function photoRow(id, picture) {
  const { sha256, bytes, thumb } = picture;
  const sealed = await sealBytes(state.key, `photo ${sha256}`, bytes);
  return db.put('photos', {
    person: state.person, visit: id, sha256, size: bytes.byteLength, sent: 0, received: 0, refused: '',
    sealed, thumb: await seal(state.key, `thumb ${sha256}`, { thumb }),
  });
}

// --- recording -----------------------------------------------------------------------------------------------

/** Record values by key, with the bytes of a picture where there is one: on the disk when this returns. A function is
    given what counts just then (null for nothing), so that two quick changes of one value do not undo each other.
    Raises NotSaved; then nothing of it was stored and nothing else was lost. */
export function record(id, values, picture = null) {
  return alone(id, async () => {
    await catchUp(id);
    const entry = state.visits.get(id);
    const at = new Date().toISOString();
    const settled = (key, value) => (typeof value === 'function' ? value(entry.merged.values.get(key) || null) : value);
    const facts = Object.entries(values)
      .map(([key, value]) => successor([...entry.facts.values()], key, settled(key, value), at, crypto.randomUUID()))
      .filter(Boolean);
    if (!facts.length && !picture) return [];
    const rows = await Promise.all(facts.map((fact) => factRow(id, fact)));
    if (picture) rows.push(await photoRow(id, picture));
    rows.push(db.put('state', { person: state.person, visit: id, key: Object.keys(values)[0] }, 'view'));
    await save(rows);
    for (const fact of facts) entry.facts.set(fact.uuid, { ...fact, device: state.device, sent: 0, refused: '' });
    if (picture) {
      const { sha256, bytes, thumb } = picture;
      entry.photos.set(sha256, { sha256, size: bytes.byteLength, sent: 0, refused: '', here: true, thumb });
    }
    entry.merged = merge(entry.facts.values());
    announce(id);
    return facts;
  });
}

/** Where the person was when something was last recorded, {visit, key}, or null once they went back to the list. */
export async function lastView() {
  const view = await db.get('state', 'view');
  return view && view.person === state.person && state.visits.has(view.visit) ? view : null;
}

export function forgetView() { return db.write([db.remove('state', 'view')]); }

/** Facts that another window of this phone recorded are known before new ones are said to follow them. */
async function catchUp(id) {
  const keys = await db.keys('facts', 'visit', [state.person, id]);
  if (keys.length !== state.visits.get(id).facts.size) await load(id);
}

/** Write; on a full phone make room first by dropping pictures that the server has, and try once more. */
export async function save(rows) {
  try {
    await db.write(rows);
  } catch (error) {
    if (!error.full || !(await makeRoom())) throw error;
    await db.write(rows);
  }
}

/** Drop the bytes of pictures that have arrived at the server; their small copies stay. Gives how many. */
export async function makeRoom() {
  const sent = (await db.all('photos', 'sent', [state.person, 1])).filter((row) => row.sealed);
  for (const row of sent) {
    const { sealed, ...rest } = row;
    await db.write([db.put('photos', rest)]);
  }
  return sent.length;
}

// --- what waits ----------------------------------------------------------------------------------------------

/** What of a visit the server does not have yet: {facts, photos}. Removed pictures are not sent. */
export function waiting(entry) {
  const needed = picturesOf(entry.merged);
  const facts = [...entry.facts.values()].filter((fact) => !fact.sent && !fact.refused).length;
  const photos = [...entry.photos.values()].filter((one) => !one.sent && !one.refused && needed.has(one.sha256)).length;
  return { facts, photos };
}

export function waitingInAll() {
  const all = [...state.visits.values()].map(waiting);
  const sum = (name) => all.reduce((total, one) => total + one[name], 0);
  return { facts: sum('facts'), photos: sum('photos') };
}

/** Hashes of pictures that the server refused. */
export function refusedPictures(entry) {
  return new Set([...entry.photos.values()].filter((one) => one.refused).map((one) => one.sha256));
}

/** How many records of anybody lie unsent on this phone, which nobody can read without signing in. */
export async function lockedCount() {
  const facts = (await db.rows('facts')).filter((row) => !row.sent).length;
  return { facts, photos: (await db.rows('photos')).filter((row) => !row.sent).length };
}
