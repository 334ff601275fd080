/* The standard's pages: print, moving rows up and down, sums while typing. Everything works without this file too. */
(function () {
  'use strict';
  function on(selector, handler) {
    document.addEventListener('click', function (event) {
      var hit = event.target.closest && event.target.closest(selector);
      if (hit) handler(hit);
    });
  }
  function changed(field) {
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
  on('[data-print]', function () { window.print(); });

  /* --- order: the number that is typed without this file follows the place of the row -------------------------- */
  function number(rows) {
    var last = null;
    rows.querySelectorAll(':scope > [data-formset-row]').forEach(function (row, at) {
      var field = row.querySelector('input[name$="-ORDER"]');
      if (field && field.value !== String(at + 1)) { field.value = at + 1; last = field; }
    });
    if (last) changed(last);
  }
  function neighbour(row, step) {
    var other = row;
    do { other = step < 0 ? other.previousElementSibling : other.nextElementSibling; } while (other && other.hidden);
    return other;
  }
  on('[data-move]', function (button) {
    var row = button.closest('[data-formset-row]'), step = Number(button.dataset.move), other = neighbour(row, step);
    if (!other) return;
    row.parentNode.insertBefore(row, step < 0 ? other : other.nextElementSibling);
    number(row.parentNode);
    button.focus();
  });
  function orderHidden() {
    document.querySelectorAll('[data-order]').forEach(function (field) { field.hidden = true; });
  }
  document.addEventListener('draft:restored', function (event) {
    event.target.querySelectorAll('[data-formset-rows]').forEach(function (rows) {
      Array.prototype.slice.call(rows.children).sort(function (one, other) { return place(one) - place(other); })
        .forEach(function (row) { rows.appendChild(row); });
    });
    orderHidden();
    sums();
  });
  function place(row) {
    var field = row.querySelector('input[name$="-ORDER"]');
    return field && Number(field.value) || 999;
  }

  /* --- sums ---------------------------------------------------------------------------------------------------- */
  function sums() {
    var all = 0;
    document.querySelectorAll('[data-criterion]').forEach(function (part) {
      var sum = 0;
      part.querySelectorAll('[data-formset-rows] > [data-formset-row]:not([hidden]) input[name$="-points"]').forEach(function (field) {
        sum += Number(field.value) || 0;
      });
      var gone = part.querySelector('input[name$="-remove"]');
      part.classList.toggle('is-gone', !!(gone && gone.checked));
      if (!gone || !gone.checked) all += sum;
      part.querySelector('[data-criterion-sum]').textContent = sum;
    });
    document.querySelectorAll('[data-sum]').forEach(function (place) { place.textContent = all; });
  }
  document.addEventListener('input', sums);
  document.addEventListener('change', sums);
  document.addEventListener('click', function (event) {
    if (event.target.closest('[data-formset-add]')) setTimeout(orderHidden, 0);
  });
  orderHidden();
})();
