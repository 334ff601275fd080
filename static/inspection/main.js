/* The start of the app: words, database, whoever is signed in on this phone, then the page that the address names. */

import { openDatabase } from './db.js';
import { resume } from './session.js';
import { changes, forgetView, lastView, leave, state } from './store.js';
import { drain, news, watch } from './sync.js';
import { loadTexts, t } from './texts.js';
import { updates, watchVersions } from './updates.js';
import { jump } from './ui/closing.js';
import { h, note, toast } from './ui/dom.js';
import { buildFrame, showPage, updateFrame } from './ui/frame.js';
import { doorPage, listPage } from './ui/list.js';
import { mePage } from './ui/me.js';
import { outboxPage } from './ui/outbox.js';
import { flushTyped } from './ui/typing.js';
import { visitPage } from './ui/visit.js';

let page = null;
let signedIn = false;

function build() {
  if (!state.key) return doorPage();
  const [, name, id] = window.location.hash.split('/');
  if (name === 'visit') return visitPage(id) || listPage();
  if (name === 'outbox') return outboxPage();
  if (name === 'me') return mePage();
  return listPage();
}

async function go() {
  if (page && page.leave) await page.leave();
  signedIn = Boolean(state.key);
  page = build();
  showPage(page);
  updateFrame(signedIn);
}

/** After the browser was closed in the middle of a visit: back to where the last tap was. */
async function comeBack() {
  const view = window.location.hash ? null : await lastView();
  if (view) window.history.replaceState(null, '', `#/visit/${view.visit}`);
  await go();
  if (view) jump(view.key.replace(/^photo:.*/, 'note'), 'instant');
}

function refresh({ detail }) {
  if (signedIn !== Boolean(state.key)) { go(); return; }
  updateFrame(signedIn);
  const shown = window.location.hash.split('/')[2];
  if (!detail || !detail.visit || !shown || detail.visit === shown) page.update();
}

/** Pages of the server cannot be opened without a network; say so instead of leaving the app for an error page. */
function stayInside(event) {
  const link = event.target.closest('a[href]');
  const outside = link && link.protocol.startsWith('http') && link.pathname !== document.body.dataset.home;
  if (!outside || navigator.onLine) return;
  event.preventDefault();
  toast(t('needs_network'), 'wifi-off');
}

function listen() {
  document.addEventListener('click', stayInside);
  window.addEventListener('hashchange', () => { go(); if (window.location.hash === '#/') forgetView(); });
  changes.addEventListener('change', refresh);
  changes.addEventListener('left', () => { leave(); go(); });
  news.addEventListener('status', refresh);
  updates.addEventListener('offered', refresh);
  window.addEventListener('installable', refresh);
}

async function start() {
  await loadTexts();
  buildFrame();
  await openDatabase();
  await resume();
  await comeBack();
  listen();
  watch();
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  document.body.dataset.ready = '1';
  watchVersions(flushTyped);
  await drain();
}

start().catch((error) => {
  const place = document.getElementById('page') || document.getElementById('app');
  if (!place.querySelector('.list, .visit')) place.replaceChildren(h('div', { class: 'list' }, note('bad', 'alert-triangle', h('b', {}, t('no_database')))));
  throw error;
});
