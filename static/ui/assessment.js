/* The self-assessment sums itself up while it is filled in, and is signed by hand. Without this file the server sums up
   on 预览, and a signature is a typed name with a scan. */
(function () {
  'use strict';
  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }
  function said(number) { return String(Math.round(number * 10) / 10); }

  /* --- sums ---------------------------------------------------------------------------------------------------- */
  function pointsOf(item) {
    var field = item.querySelector('input[name^=points_]'), value = field && field.value.trim();
    var number = value ? Number(value) : NaN;
    return number >= 0 && number <= Number(item.dataset.full) ? number : NaN;
  }
  function sumUp(form) {
    var total = 0, done = 0;
    all(form, '[data-criterion]').forEach(function (section) {
      var points = 0, filled = 0, full = 0;
      all(section, '[data-item]').forEach(function (item) {
        var number = pointsOf(item);
        full += Number(item.dataset.full);
        if (!isNaN(number)) points += number;
        if (!isNaN(number) && item.querySelector('input[name^=claimed_]:checked')) filled += 1;
      });
      var nav = form.querySelector('[data-criterion-nav="' + section.dataset.criterion + '"]');
      [section, nav].forEach(function (place) { if (place) place.querySelector('[data-points]').textContent = said(points); });
      section.querySelector('[data-filled]').textContent = filled;
      if (nav) {
        var bar = nav.querySelector('.bar-fg');
        if (bar) bar.setAttribute('width', points);
        nav.classList.toggle('full', points === full);
      }
      total += points;
      done += filled;
    });
    form.querySelector('[data-total]').textContent = said(total);
    form.querySelector('[data-all-filled]').textContent = done;
  }

  /* What was corrected no longer shows as wrong; the server judges again when the form is sent. */
  function settle(event) {
    var field = event.target.closest('.as-form .field.has-error');
    if (!field || event.target.type === 'file') return;
    field.classList.remove('has-error');
    all(field, '.field-error').forEach(function (note) { note.remove(); });
    all(document, '[data-criterion-nav].wrong').forEach(function (link) {
      var section = document.querySelector('[data-criterion="' + link.dataset.criterionNav + '"]');
      if (section && !section.querySelector('.has-error')) link.classList.remove('wrong');
    });
  }
  document.addEventListener('input', settle);
  document.addEventListener('change', settle);

  var form = document.querySelector('form[data-assess]');
  if (form) {
    form.addEventListener('change', function (event) {
      /* 达标 with no points yet takes the full points, to be lowered by hand. */
      var field = event.target, item = field.closest('[data-item]');
      if (!item || field.name.indexOf('claimed_') !== 0 || field.value !== 'yes') return;
      var points = item.querySelector('input[name^=points_]');
      if (points.value.trim()) return;
      points.value = item.dataset.full;
      points.dispatchEvent(new Event('input', { bubbles: true }));
    });
    form.addEventListener('input', function () { sumUp(form); });
    form.addEventListener('change', function () { sumUp(form); });
    form.addEventListener('draft:restored', function () { sumUp(form); });
    var name = form.querySelector('input[name=secretary]'), other = form.querySelector('.as-other');
    var showReason = function () {
      var registered = other.dataset.registered;
      other.hidden = !registered || name.value.trim() === registered || !name.value.trim();
      if (other.querySelector('.has-error') || other.querySelector('textarea').value) other.hidden = false;
    };
    if (name && other) {
      name.addEventListener('input', showReason);
      form.addEventListener('draft:restored', showReason);
      showReason();
    }
    sumUp(form);
  }

  /* --- notes grow with what is written in them ------------------------------------------------------------------ */
  function grow(box) {
    while (box.scrollHeight > box.clientHeight + 2 && box.rows < 8) box.rows += 1;
  }
  document.addEventListener('input', function (event) { if (event.target.matches('.as-a textarea')) grow(event.target); });
  all(document, '.as-a textarea').forEach(grow);

  /* --- signatures ---------------------------------------------------------------------------------------------- */
  function pad(place) {
    var canvas = place.querySelector('canvas');
    var hidden = place.parentNode.querySelector('input[name="' + place.dataset.sign + '"]');
    var signing = new window.SignaturePad(canvas, { minWidth: 0.9, maxWidth: 2.6, penColor: '#10182a' });
    function keep() {
      place.classList.toggle('drawn', !signing.isEmpty());
      hidden.value = signing.isEmpty() ? '' : signing.toDataURL('image/png');
      hidden.dispatchEvent(new Event('input', { bubbles: true }));
    }
    function fit() { /* the drawing survives turning the phone */
      var ratio = Math.min(Math.max(window.devicePixelRatio || 1, 1), 2), strokes = signing.toData();
      if (!canvas.offsetWidth || canvas.width === Math.round(canvas.offsetWidth * ratio)) return;
      canvas.width = Math.round(canvas.offsetWidth * ratio);
      canvas.height = Math.round(canvas.offsetHeight * ratio);
      canvas.getContext('2d').scale(ratio, ratio);
      signing.clear();
      if (strokes.length) signing.fromData(strokes);
    }
    signing.addEventListener('endStroke', keep);
    place.querySelector('[data-sign-clear]').addEventListener('click', function () { signing.clear(); keep(); });
    window.addEventListener('resize', fit);
    fit();
  }
  if (window.SignaturePad) all(document, '[data-sign]').forEach(pad);
  else all(document, '[data-sign]').forEach(function (place) { place.hidden = true; });
})();
