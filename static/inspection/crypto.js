/* Everything personal lies encrypted on the phone. The key comes from the server for whoever is signed in, cannot be
   read out of the browser, and is removed at signing out: what stays is of no use to anybody else. */

const ALGORITHM = 'AES-GCM';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A key that can only be used here, from the server's 32 bytes in base64. */
export function importKey(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey('raw', bytes, ALGORITHM, false, ['encrypt', 'decrypt']);
}

/** `about` names the row, so that one row's content cannot be passed off as another's. */
export async function sealBytes(key, about, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: ALGORITHM, iv, additionalData: encoder.encode(about) }, key, bytes);
  return { iv, data };
}

export async function openBytes(key, about, sealed) {
  const options = { name: ALGORITHM, iv: sealed.iv, additionalData: encoder.encode(about) };
  return crypto.subtle.decrypt(options, key, sealed.data);
}

export function seal(key, about, value) { return sealBytes(key, about, encoder.encode(JSON.stringify(value))); }

export async function open(key, about, sealed) {
  return JSON.parse(decoder.decode(await openBytes(key, about, sealed)));
}

export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((one) => one.toString(16).padStart(2, '0')).join('');
}
