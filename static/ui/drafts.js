/* Nothing typed is lost: <form data-draft="founding:123"> is kept in this browser while it is being filled in, and
   comes back after a crash, a closed window or an expired session. One draft per user, page and form.
   Never kept: passwords, files, hidden fields, fields with data-no-draft. Signing out forgets the user's drafts. */
(function () {
  'use strict';
  var DAYS = 14, PREFIX = 'liuyou.draft:', MINE = PREFIX + document.body.dataset.user + ':';
  var store;
  try { store = window.localStorage; store.getItem(PREFIX); } catch (error) { return; }

  function read(key) { try { return JSON.parse(store.getItem(key)); } catch (error) { return null; } }
  function write(key, draft) { try { store.setItem(key, JSON.stringify(draft)); } catch (error) { /* full: typing goes on */ } }
  function drafts() { return Object.keys(store).filter(function (key) { return key.indexOf(PREFIX) === 0; }); }
  function keyOf(form) { return MINE + form.dataset.draft; }

  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !field.closest('[data-no-draft]')
        && ['password', 'file', 'hidden', 'submit', 'button', 'reset', 'fieldset'].indexOf(field.type) < 0;
    });
  }
  function valueOf(field) {
    if (field.type === 'checkbox' || field.type === 'radio') return field.checked;
    if (field.multiple) return Array.prototype.map.call(field.selectedOptions, function (option) { return option.value; });
    return field.value;
  }
  function put(field, value) {
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = value;
    else if (field.multiple) Array.prototype.forEach.call(field.options, function (option) { option.selected = value.indexOf(option.value) >= 0; });
    else field.value = value;
  }
  function nameOf(field) { return field.type === 'checkbox' || field.type === 'radio' ? field.name + '=' + field.value : field.name; }

  function values(form) {
    var result = {};
    fields(form).forEach(function (field) { result[nameOf(field)] = valueOf(field); });
    return result;
  }
  function rows(form) {
    var result = {};
    form.querySelectorAll('[data-formset]').forEach(function (formset) {
      result[formset.dataset.formset] = formset.querySelectorAll('[data-formset-rows] > [data-formset-row]').length;
    });
    return result;
  }
  function fill(form, draft) {
    form.querySelectorAll('[data-formset]').forEach(function (formset) {
      var missing = (draft.rows[formset.dataset.formset] || 0) - rows(form)[formset.dataset.formset];
      for (; missing > 0; missing -= 1) window.liuyouAddRow(formset);
    });
    fields(form).forEach(function (field) { if (nameOf(field) in draft.values) put(field, draft.values[nameOf(field)]); });
    form.querySelectorAll('[data-formset-row]').forEach(function (row) {
      var mark = row.querySelector('[data-formset-delete] input');
      if (!mark || !mark.checked) return;
      row.hidden = true;
      row.querySelectorAll('[required]').forEach(function (field) { field.required = false; });
    });
    form.dispatchEvent(new CustomEvent('draft:restored', { bubbles: true }));
  }
  function notice(form, key) {
    var note = document.getElementById('draft-note').content.cloneNode(true);
    note.querySelector('[data-draft-discard]').addEventListener('click', function () {
      store.removeItem(key);
      delete form.dataset.changed;
      window.location.reload();
    });
    form.insertBefore(note, form.firstChild);
  }

  function unsend(key, draft) {
    if (!draft || !draft.sent) return;
    draft.sent = false;
    write(key, draft);
  }

  function attend(form) {
    var key = keyOf(form), draft = read(key), timer = 0;
    var failed = form.querySelector('[data-focus]'); /* the server sent back what was typed: newer than any draft */
    var arrived = draft && draft.sent && document.querySelector('#messages .is-success');
    if (arrived) { store.removeItem(key); draft = null; }
    if (draft && !failed && JSON.stringify(draft.values) !== JSON.stringify(values(form))) {
      fill(form, draft);
      notice(form, key);
      form.dataset.changed = '1';
    }
    if (draft) unsend(key, draft);
    function keep(sent) {
      write(key, { values: values(form), rows: rows(form), page: window.location.pathname, at: Date.now(), sent: sent });
    }
    function later() { clearTimeout(timer); timer = setTimeout(now, 400); }
    function now() { clearTimeout(timer); timer = 0; keep(false); }
    form.addEventListener('input', later);
    form.addEventListener('change', later);
    window.addEventListener('pagehide', function () { if (timer) now(); });
    form.addEventListener('submit', function (event) {
      if (event.defaultPrevented) return;
      clearTimeout(timer);
      timer = 0;
      keep(true);
    });
  }

  /* A draft that was sent is forgotten by the page that its form led to, unless that is the form again or a page of
     failure. Whoever comes from elsewhere (the connection broke, a bookmark was opened) keeps it. */
  function settle(here) {
    var from = document.referrer ? new URL(document.referrer).pathname : '';
    drafts().forEach(function (key) {
      var draft = read(key), old = !draft || Date.now() - draft.at > DAYS * 864e5;
      var left = draft && draft.sent && draft.page === from && key.indexOf(MINE) === 0 && here.indexOf(key) < 0;
      if (old || left) store.removeItem(key);
    });
  }

  var forms = Array.prototype.slice.call(document.querySelectorAll('form[data-draft]'));
  forms.forEach(attend);
  if (document.body.dataset.drafts === 'settle') settle(forms.map(keyOf));
  else drafts().forEach(function (key) { unsend(key, read(key)); }); /* sign-in or failure: what was sent did not arrive */
  document.addEventListener('submit', function (event) {
    if (!event.target.hasAttribute('data-signout')) return;
    drafts().forEach(function (key) { if (key.indexOf(MINE) === 0) store.removeItem(key); });
  });
})();
