/* Words in the reader's language. They come from the server's translations (orgs/views/inspection_texts.py). */

const STORED = 'liuyou.inspection.language';
const LANGUAGES = { 'zh-hans': 'zh-Hans', en: 'en' };
let words = {};
let language = 'zh-hans';

function wanted() {
  const cookie = /(?:^|; )django_language=([^;]*)/.exec(document.cookie);
  const stored = localStorage.getItem(STORED);
  return [cookie && cookie[1], stored].find((one) => one in LANGUAGES) || 'zh-hans';
}

export async function loadTexts() {
  language = wanted();
  const answer = await fetch(new URL(`texts.${language}.json`, import.meta.url));
  words = await answer.json();
  document.documentElement.lang = LANGUAGES[language];
  localStorage.setItem(STORED, language);
}

/** The other language, for the pages of the server too. The page is to be loaded again. */
export function switchLanguage() {
  const other = language === 'en' ? 'zh-hans' : 'en';
  localStorage.setItem(STORED, other);
  document.cookie = `django_language=${other};path=/;max-age=31536000;samesite=lax`;
}

/** The text of a key, `{name}` replaced. An unknown key is a mistake of the program. */
export function t(key, values = {}) {
  const text = words[key];
  if (typeof text !== 'string') throw new Error(`no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** A list of the texts, e.g. the stock phrases, or a setting such as the address of the map. */
export function setting(key) { return words[key]; }

const format = (date, options) =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { timeZone: words.time_zone, ...options }).format(date);
/** Days since 1970 in the district's time zone, to tell today from tomorrow. */
export const dayNumber = (at) =>
  Date.parse(new Intl.DateTimeFormat('en-CA', { timeZone: words.time_zone }).format(new Date(at))) / 86400000;
export const clock = (at) => format(new Date(at), { hour: '2-digit', minute: '2-digit', hour12: false });
export const day = (at) => format(new Date(at), { month: 'long', day: 'numeric', weekday: 'short' });
export const date = (at) => format(new Date(at), { month: 'short', day: 'numeric' });
export const weekday = (at) => format(new Date(at), { weekday: 'short' });
export function moment(at) { return `${day(at)} ${clock(at)}`; }
export function megabytes(bytes) { return `${(bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0)} MB`; }
