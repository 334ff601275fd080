/* Ticking all rows of a page at once; without this file rows are ticked one by one. */
(function () {
  'use strict';
  document.addEventListener('change', function (event) {
    var all = event.target.closest('[data-pick-all]');
    if (!all) return;
    document.querySelectorAll('input[type=checkbox][name="' + all.dataset.pickAll + '"]').forEach(function (box) { box.checked = all.checked; });
  });
})();
