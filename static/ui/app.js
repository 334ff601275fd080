/* Progressive touches only: every page works without this file. No inline styles, no eval (strict CSP). */
(function () {
  'use strict';
  var sending = false;

  function on(type, selector, handler) {
    document.addEventListener(type, function (event) {
      var hit = event.target.closest && event.target.closest(selector);
      if (hit) handler(event, hit);
    });
  }

  function changed(field) {
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /* Controls that only make sense with this file are delivered hidden. */
  function reveal(root) {
    root.querySelectorAll('[data-js], [data-dismiss]').forEach(function (node) { node.hidden = false; });
    root.querySelectorAll('[data-formset-delete]').forEach(function (node) { node.hidden = true; });
    var wrong = root.querySelector('[data-focus]');
    if (wrong) wrong.focus();
  }

  /* Stock phrases: an empty box takes the phrase, a filled one gets it at the cursor. */
  on('click', '[data-phrase]', function (event, button) {
    var box = document.getElementById(button.dataset.target);
    if (!box) return;
    if (box.value.trim()) box.setRangeText(button.dataset.phrase, box.selectionStart, box.selectionEnd, 'end');
    else box.value = button.dataset.phrase;
    box.focus();
    changed(box);
  });

  /* The phone's action bar chooses the outcome; the link itself goes to the form. */
  on('click', '[data-pick]', function (event, link) {
    var radio = document.getElementById(link.dataset.pick);
    if (!radio) return;
    radio.checked = true;
    changed(radio);
    radio.focus({ preventScroll: true });
  });

  on('click', '[data-dismiss]', function (event, button) { button.closest('.note').remove(); });

  /* Menus are <details>: close on a click elsewhere and on Escape. */
  function closeMenus(except) {
    document.querySelectorAll('details[data-menu][open]').forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener('click', function (event) { closeMenus(event.target.closest('details[data-menu]')); });
  document.addEventListener('keydown', function (event) {
    var menu = event.key === 'Escape' && document.querySelector('details[data-menu][open]');
    if (!menu) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });

  /* data-confirm on a form, a submit button or a link: ask first, then do what was clicked. */
  function ask(text, go) {
    var dialog = document.getElementById('ask');
    if (!dialog || !dialog.showModal) { if (window.confirm(text)) go(); return; }
    document.getElementById('ask-t').textContent = text;
    dialog.querySelectorAll('button').forEach(function (button) {
      button.onclick = function () { dialog.close(); if (button.value === 'yes') go(); };
    });
    dialog.showModal();
  }
  document.addEventListener('submit', function (event) {
    var form = event.target, submitter = event.submitter;
    var text = (submitter && submitter.dataset.confirm) || form.dataset.confirm;
    if (!text || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(text, function () {
      form.dataset.confirmed = '1';
      form.requestSubmit(submitter || undefined);
      delete form.dataset.confirmed;
    });
  }, true);
  on('click', 'a[data-confirm]', function (event, link) {
    event.preventDefault();
    ask(link.dataset.confirm, function () { window.location.assign(link.href); });
  });

  /* One submit per form. data-repeat: a form whose answer is a download stays usable. */
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    sending = true;
    if (form.hasAttribute('data-repeat') || form.hasAttribute('hx-post')) { sending = false; return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    setTimeout(function () { busy(form, true); }, 0); /* after the browser has read the clicked button's value */
  });
  function busy(form, state) {
    form.querySelectorAll('button[type=submit], button:not([type]), input[type=submit]').forEach(function (button) {
      button.disabled = state;
      if (state) button.setAttribute('aria-busy', 'true'); else button.removeAttribute('aria-busy');
    });
  }
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) return;
    sending = false;
    document.querySelectorAll('form[data-sent]').forEach(function (form) { delete form.dataset.sent; busy(form, false); });
  });

  /* data-guard: warn before leaving a form that was changed and not sent. */
  on('input', 'form[data-guard]', function (event, form) { form.dataset.changed = '1'; });
  on('input', '[form]', function (event, field) { if (field.form && field.form.matches('[data-guard]')) field.form.dataset.changed = '1'; });
  window.addEventListener('beforeunload', function (event) {
    if (sending || !document.querySelector('form[data-guard][data-changed]')) return;
    event.preventDefault();
    event.returnValue = '';
  });

  /* Formset rows. A removed row is marked for deletion, so that the numbering stays whole. */
  function addRow(formset) {
    var total = document.getElementById('id_' + formset.dataset.formset + '-TOTAL_FORMS');
    var index = Number(total.value);
    var holder = document.createElement('template');
    holder.innerHTML = formset.querySelector('[data-formset-empty]').innerHTML.replace(/__prefix__/g, index);
    var row = holder.content.querySelector('[data-formset-row]');
    row.setAttribute('aria-label', (row.getAttribute('aria-label').trim() + ' ' + (index + 1)).trim());
    formset.querySelector('[data-formset-rows]').appendChild(row);
    total.value = index + 1;
    reveal(row);
    return row;
  }
  window.liuyouAddRow = addRow;
  on('click', '[data-formset-add]', function (event, button) {
    var first = addRow(button.closest('[data-formset]')).querySelector('input:not([type=hidden]), select, textarea');
    if (first) first.focus();
  });
  on('click', '[data-formset-remove]', function (event, button) {
    var row = button.closest('[data-formset-row]'), mark = row.querySelector('[data-formset-delete] input');
    if (!mark) return;
    mark.checked = true;
    changed(mark);
    row.hidden = true;
    row.querySelectorAll('[required]').forEach(function (field) { field.required = false; });
    var add = row.closest('[data-formset]').querySelector('[data-formset-add]');
    if (add) add.focus();
  });

  /* The flow diagram starts with the open node in the middle. */
  function showNode(root) {
    root.querySelectorAll('.flow').forEach(function (flow) {
      var node = flow.querySelector('.ASSIGNED, .NEW');
      if (!node) return;
      var there = node.getBoundingClientRect(), here = flow.getBoundingClientRect();
      flow.scrollLeft += there.left - here.left - (here.width - there.width) / 2;
    });
    root.querySelectorAll('.tabs-s [aria-current]').forEach(function (tab) {
      tab.parentNode.scrollLeft = tab.offsetLeft - tab.parentNode.offsetLeft - 24;
    });
  }

  /* htmx: a failed request says so; an answer that is the sign-in page reloads, so that sign-in leads back here. */
  document.addEventListener('htmx:beforeSwap', function (event) {
    var answer = event.detail.xhr.responseURL;
    if (!answer || new URL(answer).pathname !== document.body.dataset.login) return;
    event.detail.shouldSwap = false;
    window.location.reload();
  });
  ['htmx:sendError', 'htmx:responseError', 'htmx:timeout'].forEach(function (type) {
    document.addEventListener(type, function () {
      var messages = document.getElementById('messages');
      if (!messages) return;
      var note = document.createElement('div'), text = document.createElement('div');
      note.className = 'note note-bad';
      note.setAttribute('role', 'alert');
      text.className = 'note-t';
      text.textContent = messages.dataset.failed;
      note.appendChild(text);
      messages.replaceChildren(note);
      messages.scrollIntoView({ block: 'center' });
    });
  });
  document.addEventListener('htmx:load', function (event) {
    if (event.detail.elt !== document.body) { reveal(event.detail.elt); showNode(event.detail.elt); }
  });

  reveal(document);
  showNode(document);
})();
