/* The phone's database. A write is one transaction that is on the disk when it returns, or nothing of it. */

import './idb.js';

const NAME = 'liuyou-inspection';
const VERSION = 1;
let opened = null;

/** Nothing was stored; `full` when the phone has no room left. */
export class NotSaved extends Error {
  constructor(cause) {
    super(cause.message);
    this.cause = cause;
    this.full = cause.name === 'QuotaExceededError';
  }
}

/* state: device, view, the key of whoever is signed in. The other tables hold {…plain marks, sealed}: the marks are
   random numbers, the person's number and whether it has been sent, never what was recorded. */
function upgrade(database) {
  database.createObjectStore('state');
  const visits = database.createObjectStore('visits', { keyPath: ['person', 'id'] });
  visits.createIndex('person', 'person');
  const facts = database.createObjectStore('facts', { keyPath: 'uuid' });
  facts.createIndex('visit', ['person', 'visit']);
  facts.createIndex('sent', ['person', 'sent']);
  const photos = database.createObjectStore('photos', { keyPath: ['person', 'visit', 'sha256'] });
  photos.createIndex('visit', ['person', 'visit']);
  photos.createIndex('sent', ['person', 'sent']);
  const receipts = database.createObjectStore('receipts', { keyPath: ['person', 'id'] });
  receipts.createIndex('person', 'person');
}

export async function openDatabase() {
  opened = await globalThis.idb.openDB(NAME, VERSION, {
    upgrade,
    // Another window wants a newer version: let it, and load anew.
    blocking() { opened.close(); window.location.reload(); },
  });
}

export const get = (table, key) => opened.get(table, key);
export const all = (table, index, key) => opened.getAllFromIndex(table, index, key);
export const keys = (table, index, key) => opened.getAllKeysFromIndex(table, index, key);
export const rows = (table) => opened.getAll(table);

export const put = (table, value, key) => ({ table, value, key });
export const remove = (table, key) => ({ table, key });

/** Do all changes (from put() and remove()) or none. Raises NotSaved. */
export async function write(changes) {
  const tables = [...new Set(changes.map((one) => one.table))];
  const transaction = opened.transaction(tables, 'readwrite', { durability: 'strict' });
  try {
    const steps = changes.map((one) => {
      const table = transaction.objectStore(one.table);
      return 'value' in one ? table.put(one.value, one.key) : table.delete(one.key);
    });
    steps.forEach((step) => step.catch(() => {})); // the transaction itself tells what failed
    await transaction.done;
  } catch (error) {
    transaction.done.catch(() => {});
    try { transaction.abort(); } catch { /* it was aborted by the failure itself */ }
    throw new NotSaved(transaction.error || error);
  }
}
