/* New versions of the app: taken over at once when it opens, offered while somebody is working. */

let waitingWorker = null;
let reload = true;
export const updates = new EventTarget();

/** What takes over the new version, null when there is none. */
export function offered() {
  return waitingWorker && (() => waitingWorker.postMessage('take over'));
}

export async function watchVersions(beforeReload) {
  if (!('serviceWorker' in navigator)) return;
  const workers = navigator.serviceWorker;
  reload = Boolean(workers.controller); // the first worker finds the page as it is
  workers.addEventListener('controllerchange', async () => {
    if (!reload) { reload = true; return; }
    await beforeReload();
    window.location.reload();
  });
  const registration = await workers.register(document.body.dataset.worker, {
    scope: document.body.dataset.home.replace(/app\/$/, ''), updateViaCache: 'none',
  });
  if (registration.waiting && workers.controller) registration.waiting.postMessage('take over');
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker.addEventListener('statechange', () => {
      if (worker.state !== 'installed' || !workers.controller) return;
      waitingWorker = worker;
      updates.dispatchEvent(new Event('offered'));
    });
  });
  const look = () => registration.update().catch(() => {});
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
  await workers.ready;
  document.body.dataset.workerReady = '1';
}
