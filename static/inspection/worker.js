/* The service worker: keeps one whole version of the app and serves it without a network. APP stands in front of this
   file: {version, shell, files, api}. Data never passes through here: the app's own database holds it. */
'use strict';
const NAME = 'liuyou-inspection-' + APP.version;
const SLOW = 20000; // a visit list as PDF takes a while

async function keepWhole() {
  const cache = await caches.open(NAME);
  const shell = await fetch(APP.shell, { cache: 'reload', credentials: 'same-origin' });
  // Deployed between this worker and the shell: give up, the next look finds the new worker.
  if (!shell.ok || shell.headers.get('X-App-Version') !== APP.version) throw new Error('another version');
  await cache.addAll(APP.files.map(function (file) { return new Request(file, { cache: 'reload' }); }));
  await cache.put(APP.shell, shell);
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter(function (name) {
    return name.indexOf('liuyou-inspection-') === 0 && name !== NAME;
  }).map(function (name) { return caches.delete(name); }));
  await self.clients.claim();
}

self.addEventListener('install', function (event) { event.waitUntil(keepWhole()); });
self.addEventListener('activate', function (event) { event.waitUntil(dropOthers()); });
self.addEventListener('message', function (event) { if (event.data === 'take over') self.skipWaiting(); });

async function kept(request) {
  const cache = await caches.open(NAME);
  return cache.match(request, { ignoreVary: true, ignoreSearch: true });
}

/* Pages of the server inside the scope: from the network while it answers, else the app itself. */
async function page(request) {
  const limit = new Promise(function (resolve, reject) { setTimeout(reject, SLOW, new Error('slow')); });
  try {
    return await Promise.race([fetch(request), limit]);
  } catch (error) {
    return Response.redirect(APP.shell, 302);
  }
}

self.addEventListener('fetch', function (event) {
  const request = event.request, address = new URL(request.url);
  if (request.method !== 'GET' || address.origin !== self.location.origin) return;
  if (address.pathname.indexOf(APP.api) === 0) return;
  if (address.pathname === APP.shell) {
    event.respondWith(kept(APP.shell).then(function (found) { return found || fetch(request); }));
  } else if (APP.files.indexOf(address.pathname) >= 0) {
    event.respondWith(kept(request).then(function (found) { return found || fetch(request); }));
  } else if (request.mode === 'navigate') {
    event.respondWith(page(request));
  }
});
