/* Who uses this phone. The key of the phone's database is there from signing in to signing out, also without a network;
   the server renews it with every contact. */

import * as api from './api.js';
import * as db from './db.js';
import { importKey, open, seal } from './crypto.js';
import { announceLeaving, enter, leave, state } from './store.js';

// A phone that has not seen the server for so long is locked until its owner signs in; nothing on it is lost.
const DAYS = 4;
const until = () => Date.now() + DAYS * 86400000;

/** Open the phone's own books without asking the server. False when nobody is signed in here. */
export async function resume() {
  const held = await db.get('state', 'key');
  if (!held || held.until < Date.now()) return false;
  const { name } = await open(held.key, `name ${held.person}`, held.sealed).catch(() => ({}));
  if (!name) return false;
  await enter(held.person, name, held.key);
  return true;
}

/** Ask the server who is signed in, and open that person's books. Raises Failure (kind signin: nobody is). */
export async function confirm() {
  const { person, key: secret, now } = await api.session();
  const leaving = await db.get('state', 'leaving');
  if (leaving && leaving.person === person.id && Date.now() < leaving.until) await leaveServer();
  if (leaving) await db.write([db.remove('state', 'leaving')]);
  const held = await db.get('state', 'key');
  const same = held && held.person === person.id && state.person === person.id;
  const key = same ? held.key : await importKey(secret);
  const sealed = await seal(key, `name ${person.id}`, { name: person.name });
  await db.write([db.put('state', { person: person.id, key, sealed, until: until() }, 'key')]);
  state.skew = Math.abs(Date.now() - Date.parse(now));
  if (!same) {
    leave();
    await enter(person.id, person.name, key);
  }
}

/** Signed out on this phone at once; on the server now or, without a network, before anything else is asked of it. */
export async function signOut() {
  await db.write([db.remove('state', 'key'), db.remove('state', 'view'), db.put('state', { person: state.person, until: Infinity }, 'leaving')]);
  leave();
  announceLeaving();
  await leaveServer().catch(() => {});
}

/** Raises Failure: offline, or signin once the server's session is ended. */
async function leaveServer() {
  try {
    await api.signOut();
  } catch (failure) {
    if (failure.kind !== 'signin') throw failure;
  }
  await db.write([db.remove('state', 'leaving')]);
  throw new api.Failure('signin');
}
