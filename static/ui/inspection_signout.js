/* Signing out on any page also locks the inspectors' app on this device: its key is removed before the form is sent,
   what it recorded stays, encrypted, until the same person signs in again. Nothing happens where the app is not used. */
(function () {
  'use strict';
  var NAME = 'liuyou-inspection', PATIENCE = 1500, MOMENT = 10000;

  function lock(done) {
    var finished = false;
    function finish() { if (!finished) { finished = true; done(); } }
    setTimeout(finish, PATIENCE);
    var opening = indexedDB.open(NAME);
    opening.onupgradeneeded = function () { opening.transaction.abort(); }; /* the app was never opened here */
    opening.onerror = finish;
    opening.onblocked = finish;
    opening.onsuccess = function () {
      var database = opening.result;
      if (!database.objectStoreNames.contains('state')) { database.close(); finish(); return; }
      var change = database.transaction('state', 'readwrite');
      var state = change.objectStore('state'), reading = state.get('key');
      reading.onsuccess = function () {
        /* A window of the app that asks the server just now is not to take the key again. */
        if (reading.result) state.put({ person: reading.result.person, until: Date.now() + MOMENT }, 'leaving');
        state.delete('key');
        state.delete('view');
      };
      change.oncomplete = change.onabort = function () {
        database.close();
        if (window.BroadcastChannel) new BroadcastChannel(NAME).postMessage({ left: true });
        finish();
      };
    };
  }

  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (!form.hasAttribute('data-signout') || form.dataset.locked || event.defaultPrevented) return;
    if (!window.indexedDB || !('serviceWorker' in navigator)) return;
    event.preventDefault();
    lock(function () {
      form.dataset.locked = '1';
      HTMLFormElement.prototype.submit.call(form);
    });
  });
})();
