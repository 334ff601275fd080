/* Stock phrases under a text field: an empty field takes the phrase, a filled one gets it at the cursor. */

import { h } from './dom.js';

export function phrases(field, texts) {
  const insert = (text) => {
    if (field.value.trim()) field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
    else field.value = text;
    field.dispatchEvent(new Event('input'));
  };
  return h('div', { class: 'phrases' }, texts.map((text) => h('button', { type: 'button', class: 'phrase', onclick: () => insert(text) }, text)));
}
