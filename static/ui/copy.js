/* Buttons with data-copy put the text of the element with that id on the clipboard and say so in their own label. */
document.addEventListener('click', function (event) {
  'use strict';
  var button = event.target.closest && event.target.closest('[data-copy]');
  if (!button) return;
  var source = document.getElementById(button.dataset.copy), label = button.querySelector('span');
  function done() { label.textContent = button.dataset.copied; }
  function select() { source.focus(); source.select(); }
  select();
  if (navigator.clipboard) navigator.clipboard.writeText(source.value).then(done, select);
  else if (document.execCommand('copy')) done();
});
