/* What is typed is stored at every pause, when the field is left, and when the app goes to the background. */

const PAUSE = 800;
const open = new Map(); // fields that hold something unsaved, with what saves it

/** Let `save(text)` (true when stored) be called for a field as it is typed in. */
export function keepTyped(field, save) {
  let timer = 0;
  const flush = async () => {
    clearTimeout(timer);
    if (!open.has(field)) return;
    open.delete(field);
    const text = field.value;
    const stored = await save(text);
    if (!stored) open.set(field, flush);
    if (!open.has(field)) delete field.dataset.unsaved;
  };
  field.addEventListener('input', () => {
    open.set(field, flush);
    field.dataset.unsaved = '1';
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSE);
  });
  field.addEventListener('blur', flush);
  return flush;
}

/** Put a stored text into a field, unless the person is at it. */
export function showTyped(field, text) {
  if (document.activeElement !== field && !open.has(field) && field.value !== text) field.value = text;
}

export function flushTyped() { return Promise.all([...open.values()].map((flush) => flush())); }

document.addEventListener('visibilitychange', () => { if (document.hidden) flushTyped(); });
window.addEventListener('pagehide', flushTyped);
