/* The request shows what the chosen mode demands; without this file everything is shown. What a mode demands comes from
   the rule set with the page: [data-mode] notes carry data-needs, and [data-when] parts name the demand they serve. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-modes]');
  var mode = form && form.querySelector('[name=mode]');
  if (!mode) return;

  function filled(part) {
    return Array.prototype.some.call(part.querySelectorAll('input:not([type=hidden]), textarea'), function (field) {
      return field.value && !field.closest('template') && field.type !== 'checkbox';
    });
  }
  function show() {
    var needs = [];
    form.querySelectorAll('[data-mode]').forEach(function (note) {
      note.hidden = note.dataset.mode !== mode.value;
      if (!note.hidden) needs = note.dataset.needs.split(' ');
    });
    form.dataset.needs = needs.join(' ');
    form.querySelectorAll('[data-when]').forEach(function (part) {
      var wanted = part.dataset.when.split(' ').some(function (need) { return needs.indexOf(need) >= 0; });
      part.hidden = !wanted && !filled(part) && !part.querySelector('.has-error');
    });
  }
  mode.addEventListener('change', show);
  form.addEventListener('draft:restored', show);
  show();
})();
