/* The score sheet: a slider beside each number, the total as it grows, and what is missing. Without this file the numbers
   alone serve, and the server sums up. Nothing typed here is kept in the browser: scores are sealed. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-scores]');
  if (!form) return;
  var parts = Array.prototype.slice.call(form.querySelectorAll('[data-criterion]'));
  var weights = Number(form.dataset.weights);

  function number(part) {
    var text = part.querySelector('[data-points]').value.trim().replace('。', '.').replace(/[\uff0e\uff10-\uff19]/g, function (figure) {
      return String.fromCharCode(figure.charCodeAt(0) - 0xfee0);
    });
    var value = /^\d{1,3}(\.\d)?$/.test(text) ? Number(text) : NaN;
    return value <= Number(part.dataset.full) ? value : NaN;
  }

  function sumUp() {
    var earned = 0, missing = [];
    parts.forEach(function (part) {
      var value = number(part), range = part.querySelector('[data-range]');
      if (isNaN(value)) missing.push(part.querySelector('label b').textContent);
      else earned += value * Number(part.dataset.weight) / Number(part.dataset.full);
      range.classList.toggle('unset', isNaN(value));
      if (document.activeElement !== range) range.value = isNaN(value) ? 0 : value;
    });
    parts.forEach(function (part) { /* on an empty sheet nothing is forgotten yet */
      part.classList.toggle('missing', missing.length < parts.length && isNaN(number(part)));
    });
    form.querySelector('[data-total]').textContent = missing.length ? '—' : (Math.round(earned * 10000 / weights) / 100).toFixed(2);
    var note = form.querySelector('[data-missing]');
    note.hidden = !missing.length || missing.length === parts.length;
    note.textContent = note.dataset.text + missing.join(note.dataset.and);
  }

  form.addEventListener('input', function (event) {
    var part = event.target.closest('[data-criterion]');
    if (part && event.target.matches('[data-range]')) part.querySelector('[data-points]').value = event.target.value;
    if (part && event.target.matches('[data-points]')) {
      part.classList.remove('has-error');
      part.querySelectorAll('.field-error').forEach(function (note) { note.remove(); });
    }
    sumUp();
  });

  /* Up and down change a number by half a point, as they would in a number field, which reads no full-width figures. */
  form.addEventListener('keydown', function (event) {
    var field = event.target.closest('[data-points]');
    if (!field || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    var part = field.closest('[data-criterion]'), value = number(part);
    event.preventDefault();
    value = (isNaN(value) ? 0 : value) + (event.key === 'ArrowUp' ? 0.5 : -0.5);
    field.value = Math.min(Math.max(value, 0), Number(part.dataset.full));
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  form.addEventListener('focusin', function (event) { if (event.target.matches('[data-points]')) event.target.select(); });
  sumUp();
})();
