/* Nothing typed is lost. <form data-draft="task:12"> with <c-draft> saves itself on the server while it is filled in;
   what has not arrived there (no network, signed out, an error) lies in this browser under person and form, is sent as
   soon as that is possible, and is offered when the form is opened again. A draft never replaces what a page shows
   unasked, and never a newer one of another window. Never kept: passwords, files, tokens, [data-no-draft]. Signing out
   empties this browser; nobody else is shown what lies in it. */
(function () {
  'use strict';
  var DAYS = 14, PREFIX = 'liuyou.draft:', MINE = PREFIX + document.body.dataset.user + ':';
  var TYPING = 400, PAUSE = 1500, RETRY = 15000, BEACON = 60000, NAMED = 6;
  var NEVER = /csrf|passw|token|^draft_(key|version|page)$/i;
  var VERSION = ['version', 'based_on']; /* what the record was when it was shown: goes back in with the draft */
  var notes = document.getElementById('draft-notes');
  var store = null;
  try { store = window.localStorage; store.getItem(PREFIX); } catch (error) { store = null; }

  function read(key) { try { return JSON.parse(store.getItem(key)); } catch (error) { return null; } }
  function write(key, draft) { try { store.setItem(key, JSON.stringify(draft)); return true; } catch (error) { return false; } }
  function forget(key) { if (store) store.removeItem(key); }
  function drafts() { return store ? Object.keys(store).filter(function (key) { return key.indexOf(PREFIX) === 0; }) : []; }
  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function cookie() { var found = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie); return found ? found[1] : ''; }
  function random() { return Date.now().toString(36) + Math.random().toString(36).slice(2, 10); }
  function two(number) { return (number < 10 ? '0' : '') + number; }
  function clock(at) {
    var day = new Date(at), time = two(day.getHours()) + ':' + two(day.getMinutes());
    if (day.toDateString() === new Date().toDateString()) return time;
    return day.getFullYear() + '-' + two(day.getMonth() + 1) + '-' + two(day.getDate()) + ' ' + time;
  }

  /* --- fields: {name: [values]}, as the form would be sent ------------------------------------------------------ */
  function ticks(field) { return field.type === 'checkbox' || field.type === 'radio'; }
  function fieldsOf(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !field.disabled && !NEVER.test(field.name) && !field.closest('[data-no-draft]')
        && ['password', 'file', 'submit', 'button', 'reset', 'image', 'fieldset'].indexOf(field.type) < 0;
    });
  }
  function valuesOf(form) {
    var result = {};
    fieldsOf(form).forEach(function (field) {
      var list = result[field.name] = result[field.name] || [];
      if (ticks(field)) { if (field.checked) list.push(field.value); }
      else if (field.multiple) each(field.selectedOptions, function (option) { list.push(option.value); });
      else list.push(field.value);
    });
    return result;
  }
  function formsets(form) { return form.querySelectorAll('[data-formset]'); }
  function said(list) { return (list || []).filter(function (value) { return value !== ''; }).join('\n').replace(/\r/g, ''); }
  function kept(fields) { /* without the bookkeeping of rows and versions */
    return Object.keys(fields).filter(function (name) { return !/_FORMS$/.test(name) && VERSION.indexOf(name) < 0; });
  }
  function differing(form, one, other) {
    var bare = blanks(form);
    return kept(Object.assign({}, one, other)).filter(function (name) {
      var before = one[name] || bare(name), after = other[name] || bare(name);
      return said(before) !== said(after);
    });
  }
  function blanks(form) { /* a row that is not there equals an empty one, whose choices have values */
    var empty = {};
    each(formsets(form), function (formset) {
      var blank = formset.querySelector('[data-formset-empty]');
      if (blank) each(blank.content.querySelectorAll('select[name], input[name]'), function (field) {
        empty[field.name.replace('__prefix__', '#')] = ticks(field) && !field.checked ? [] : [field.value];
      });
    });
    return function (name) { return empty[name.replace(/-\d+-/, '-#-')] || []; };
  }
  function nameFor(form, name) {
    var row = /^(.+)-(\d+)-/.exec(name);
    if (row) {
      var formset = form.querySelector('[data-formset="' + row[1] + '"]');
      var blank = formset && formset.querySelector('[data-formset-empty]');
      var title = blank && blank.content.querySelector('[data-formset-row]').getAttribute('aria-label');
      return (title || '').trim() + ' ' + (Number(row[2]) + 1);
    }
    var field = form.querySelector('[name="' + name + '"]');
    if (!field) return '';
    var label = ticks(field) && field.closest('fieldset') ? field.closest('fieldset').querySelector('legend')
      : form.querySelector('label[for="' + field.id + '"]');
    if (!label) return '';
    label = label.cloneNode(true);
    each(label.querySelectorAll('.must, .visually-hidden'), function (mark) { mark.remove(); });
    return label.textContent.trim();
  }
  function fill(form, fields) {
    var seen = {};
    each(formsets(form), function (formset) {
      var total = document.getElementById('id_' + formset.dataset.formset + '-TOTAL_FORMS');
      var wanted = Number(said(fields[formset.dataset.formset + '-TOTAL_FORMS'])) || 0;
      while (total && Number(total.value) < wanted) window.liuyouAddRow(formset);
    });
    fieldsOf(form).forEach(function (field) {
      var values = fields[field.name], place = seen[field.name] = (seen[field.name] || 0) + 1;
      if (field.type === 'hidden' && VERSION.indexOf(field.name) < 0) return;
      if (!values && !field.closest('[data-formset-row]')) return; /* a field that came later */
      if (ticks(field)) field.checked = !!values && values.indexOf(field.value) >= 0;
      else if (field.multiple) each(field.options, function (option) { option.selected = !!values && values.indexOf(option.value) >= 0; });
      else if (!values) field.value = field.tagName === 'SELECT' ? field.options[0].value : '';
      else field.value = values[place - 1] === undefined ? '' : values[place - 1];
    });
    each(form.querySelectorAll('[data-formset-row]'), function (row) {
      var mark = row.querySelector('[data-formset-delete] input');
      row.hidden = !!(mark && mark.checked);
      if (row.hidden) each(row.querySelectorAll('[required]'), function (field) { field.required = false; });
    });
    form.dispatchEvent(new CustomEvent('draft:restored', { bubbles: true }));
  }

  /* --- one form ------------------------------------------------------------------------------------------------ */
  function attend(form) {
    var key = MINE + form.dataset.draft, aside = key + '~';
    var status = form.querySelector('[data-draft-status]'), url = status.dataset.url;
    var versionField = form.elements.draft_version, pageField = form.elements.draft_page;
    var page = pageField.value || random(), base = Number(versionField.value) || 0;
    var typing = 0, saving = 0, busy = false, dirty = false, paused = false, blocked = false, sent = false, ready = false;
    var waiting = [], banner = null;
    pageField.value = page;

    function show(name, when) {
      var text = notes.content.querySelector('[data-draft-text="' + name + '"]').cloneNode(true);
      each(text.querySelectorAll('[data-when]'), function (place) { place.textContent = when; });
      each(text.querySelectorAll('[data-draft-login]'), function (link) {
        link.href = document.body.dataset.login + '?next=' + encodeURIComponent(window.location.pathname);
      });
      status.dataset.state = name;
      status.replaceChildren(text);
    }
    function tell(text) { status.dataset.state = 'refused'; status.textContent = text; }
    function bring(note) { note.scrollIntoView({ behavior: 'instant', block: 'center' }); }
    function follow(version) { base = version; versionField.value = version || ''; }
    function local(mark) {
      return !!store && write(key, { fields: valuesOf(form), page: window.location.pathname, at: Date.now(), base: base, sent: !!mark });
    }
    function trouble(name) { show(local(sent) ? name : 'unkept'); saveSoon(RETRY); }

    function ask(method, body, alive) {
      return fetch(method === 'DELETE' ? url + '?version=' + body : url, {
        method: method, redirect: 'manual', credentials: 'same-origin', cache: 'no-store', keepalive: !!alive,
        headers: { 'Accept': 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': cookie() },
        body: method === 'POST' ? body : undefined
      });
    }
    function save(alive) {
      clearTimeout(saving);
      if (!dirty || sent || busy || blocked || !ready) return;
      if (paused) { show('paused'); return; }
      var fields = valuesOf(form);
      var body = JSON.stringify({ person: document.body.dataset.user, base: base, page: page, fields: fields });
      if (alive && body.length * 3 > BEACON) return; /* too long for a page that closes: it lies in the browser */
      busy = true;
      dirty = false;
      ask('POST', body, alive).then(function (response) { return settled(response, fields); },
        function () { dirty = true; trouble('offline'); }).then(function () { busy = false; if (dirty) saveSoon(status.dataset.state === 'saved' ? PAUSE : RETRY); });
    }
    function saveSoon(time) { clearTimeout(saving); saving = setTimeout(save, time); }
    function settled(response, fields) {
      if (response.type === 'opaqueredirect' || response.status === 401) { dirty = true; trouble('signedout'); return null; }
      if (response.status >= 500) { dirty = true; trouble('failed'); return null; }
      return response.json().then(function (answer) {
        if (response.ok) {
          follow(answer.version);
          if (form.elements.csrfmiddlewaretoken && cookie()) form.elements.csrfmiddlewaretoken.value = cookie(); /* the same person, perhaps signed in anew */
          if (!dirty && !sent) { forget(key); delete form.dataset.changed; }
          show('saved', answer.when);
        } else if (response.status === 409) conflict(answer, fields);
        else {
          dirty = true;
          blocked = response.status !== 403 || !answer.other;
          if (local(sent)) tell(answer.message); else show('unkept');
        }
      }, function () { dirty = true; trouble('failed'); });
    }
    function conflict(answer, fields) {
      dirty = true;
      if (!answer.version) { follow(0); saveSoon(PAUSE); return; } /* sent or discarded in another window */
      if (!differing(form, fields, answer.fields).length) { follow(answer.version); saveSoon(0); return; }
      paused = true;
      local(false);
      show('paused');
      if (banner) banner.remove();
      waiting = [];
      banner = offer('conflict', answer, function () { paused = false; follow(answer.version); }, true);
      bring(banner);
    }

    /* A banner about a draft: what would change, and the choice. */
    function offer(kind, draft, chosen, isConflict) {
      var note = notes.content.querySelector('[data-draft-note="' + kind + '"]').cloneNode(true);
      var now = valuesOf(form), names = [];
      differing(form, now, draft.fields).forEach(function (name) {
        var label = nameFor(form, name);
        if (label && names.indexOf(label) < 0) names.push(label);
      });
      note.querySelector('[data-when]').textContent = draft.when || clock(draft.at);
      if (names.length) {
        note.querySelector('[data-draft-differences]').hidden = false;
        note.querySelector('[data-draft-fields]').textContent = names.slice(0, NAMED).join(notes.dataset.comma);
        note.querySelector('[data-draft-count]').textContent = names.length;
        note.querySelector('[data-draft-more]').hidden = names.length <= NAMED;
      }
      note.querySelector('[data-draft-old]').hidden = !VERSION.some(function (name) {
        return draft.fields[name] && now[name] && said(draft.fields[name]) !== said(now[name]);
      });
      function decided(event) { note.remove(); if (banner === note) banner = null; event.preventDefault(); }
      note.querySelector('[data-draft-restore]').addEventListener('click', function (event) {
        fill(form, draft.fields);
        decided(event);
        chosen(true);
        form.dataset.changed = '1';
        show('restored');
        dirty = true;
        saveSoon(PAUSE);
      });
      var keep = note.querySelector('[data-draft-keep], [data-draft-drop]');
      keep.addEventListener('click', function (event) {
        decided(event);
        chosen(false);
        if (isConflict) { dirty = true; saveSoon(0); } else show('dropped');
      });
      form.parentNode.insertBefore(note, form);
      return note;
    }
    function open(server) {
      var now = valuesOf(form), seen = [now], mine = read(key);
      if (mine && mine.sent) { mine.sent = false; write(key, mine); }
      if (status.hasAttribute('data-answer')) { ready = true; dirty = true; saveSoon(PAUSE); return; } /* the page holds what was typed last */
      [['local', mine, key], ['local', read(aside), aside], ['server', server && server.version ? server : null, '']]
        .sort(function (a, b) { return (a[1] ? a[1].at : 0) - (b[1] ? b[1].at : 0); }).reverse()
        .forEach(function (one) {
          var draft = one[1];
          if (!draft || !draft.fields) return;
          if (!seen.every(function (other) { return differing(form, other, draft.fields).length; })) {
            if (one[2]) forget(one[2]); else follow(draft.version); /* the page, or a newer one, says the same */
            return;
          }
          seen.push(draft.fields);
          waiting.push(one[2]);
          banner = offer(one[0], draft, function (restored) {
            waiting = waiting.filter(function (other) { return other !== one[2]; });
            if (one[2]) { forget(one[2]); return; }
            follow(restored ? draft.version : 0);
            if (!restored) ask('DELETE', draft.version).catch(function () { follow(draft.version); });
          });
        });
      ready = true;
      if (banner && window.scrollY) bring(banner); /* a reload keeps the place on the page */
      if (dirty) saveSoon(PAUSE);
    }

    function typed() {
      dirty = true;
      clearTimeout(typing);
      typing = setTimeout(settle, TYPING);
      if (!busy) saveSoon(PAUSE);
    }
    function settle() {
      clearTimeout(typing);
      typing = 0;
      if (waiting.indexOf(key) >= 0) { /* an older text still waits for a choice: it steps aside */
        write(aside, read(key));
        waiting = waiting.filter(function (other) { return other !== key; });
      }
      if (dirty && !sent) local(false);
    }
    form.addEventListener('input', typed);
    form.addEventListener('change', typed);
    each(form.elements, function (field) { /* one that stands elsewhere on the page and belongs here by its form attribute */
      if (form.contains(field)) return;
      field.addEventListener('input', typed);
      field.addEventListener('change', typed);
    });
    form.addEventListener('submit', function (event) {
      if (event.defaultPrevented) return;
      settle();
      sent = true;
      clearTimeout(saving);
      local(true);
    });
    function leave() { if (!dirty || sent) return; settle(); save(true); }
    function retry() { if (dirty && !sent) saveSoon(0); }
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', function () { if (document.visibilityState === 'hidden') leave(); else retry(); });
    window.addEventListener('focus', retry);
    window.addEventListener('online', retry);
    window.addEventListener('pageshow', function (event) { if (event.persisted) { sent = false; retry(); } });

    var arrived = store && read(key);
    if (arrived && arrived.sent && document.querySelector('#messages .is-success')) forget(key);
    ask('GET').then(function (response) { return response.ok ? response.json() : null; })
      .catch(function () { return null; }).then(open);
  }

  /* What was sent is forgotten by the page that its form led to, unless that is the form again or a page of failure.
     Whoever comes from elsewhere (the connection broke, a bookmark was opened) keeps it. */
  function settle(here) {
    var from = document.referrer ? new URL(document.referrer).pathname : '';
    drafts().forEach(function (key) {
      var draft = read(key), old = !draft || Date.now() - draft.at > DAYS * 864e5;
      var left = draft && draft.sent && draft.page === from && key.indexOf(MINE) === 0 && here.indexOf(key) < 0;
      if (old || left) forget(key);
    });
  }

  var forms = Array.prototype.filter.call(document.querySelectorAll('form[data-draft]'), function (form) {
    return notes && window.fetch && form.querySelector('[data-draft-status]');
  });
  if (document.body.dataset.drafts === 'settle') settle(forms.map(function (form) { return MINE + form.dataset.draft; }));
  else drafts().forEach(function (key) { /* sign-in or failure: what was sent did not arrive */
    var draft = read(key);
    if (draft && draft.sent) { draft.sent = false; write(key, draft); }
  });
  forms.forEach(attend);
  document.addEventListener('submit', function (event) {
    if (!event.target.hasAttribute('data-signout')) return;
    drafts().forEach(function (key) { if (key.indexOf(MINE) === 0) forget(key); });
  });
})();
