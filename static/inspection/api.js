/* The server's answers. A failure says what kind it is; nothing that was recorded depends on it. */

const API = document.body.dataset.home.replace(/app\/$/, 'api/');
const CHUNK = 256 * 1024;
const PATIENCE = 25000;

/** `kind`: offline (no answer), signin (401), full (413, 507), gone (403, 404), error. `reason` is for people. */
export class Failure extends Error {
  constructor(kind, reason = '', status = 0) {
    super(`${kind} ${status} ${reason}`);
    Object.assign(this, { kind, reason, status });
  }
}

const KINDS = { 401: 'signin', 403: 'gone', 404: 'gone', 413: 'full', 507: 'full' };
let token = '';

async function ask(path, options = {}, expected = []) {
  let answer;
  try {
    answer = await fetch(API + path, {
      credentials: 'same-origin', redirect: 'error', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE), ...options,
    });
  } catch {
    throw new Failure('offline');
  }
  const body = await answer.json().catch(() => null);
  if (answer.ok && body) return { status: answer.status, body };
  if (expected.includes(answer.status) && body) return { status: answer.status, body };
  const kind = answer.status === 403 && !body ? 'error' : KINDS[answer.status] || 'error'; // a stale token has no reason
  throw new Failure(kind, (body && body.error) || '', answer.status);
}

/** Who is signed in, with the key of the phone's database. Raises Failure. */
export async function session() {
  const { body } = await ask('session');
  token = body.csrf;
  return body;
}

export async function visits() { return (await ask('visits')).body.visits; }

export async function sendFacts(visit, device, facts) {
  const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': token };
  const options = { method: 'PUT', headers, body: JSON.stringify({ device, facts }) };
  return (await ask(`visits/${visit}/facts`, options)).body;
}

/** How much of a picture the server has: {received, refused, complete}. Raises Failure. */
export async function pictureState(visit, sha256) {
  const { status, body } = await ask(`visits/${visit}/photos/${sha256}`, {}, [404]);
  return status === 404 ? { received: 0, refused: '', complete: false } : body;
}

/** Send a picture from byte `from` on, in pieces. Gives the reason of a refusal, empty when it was taken. Raises Failure. */
export async function sendPicture(visit, sha256, bytes, from) {
  const size = bytes.byteLength;
  let at = from;
  let told = -1; // a server that names the same place twice is not getting anywhere
  do {
    const end = Math.min(at + CHUNK, size);
    const headers = {
      'Content-Type': 'application/octet-stream', 'Content-Range': `bytes ${at}-${end - 1}/${size}`, 'X-CSRFToken': token,
    };
    const options = { method: 'PUT', headers, body: bytes.slice(at, end), signal: AbortSignal.timeout(60000) };
    const { status, body } = await ask(`visits/${visit}/photos/${sha256}`, options, [409, 422]);
    if (status === 422) return body.refused || body.error;
    if (status === 409 && (body.received === told || body.received > size)) throw new Failure('error', '', 409);
    if (status === 409) told = body.received;
    if (body.refused) return body.refused;
    at = body.received;
  } while (at < size);
  return '';
}

/** End the session of the server. Raises Failure. */
export async function signOut() {
  const body = await session();
  const form = new URLSearchParams({ csrfmiddlewaretoken: body.csrf });
  try {
    await fetch(document.body.dataset.logout, { method: 'POST', body: form, credentials: 'same-origin', redirect: 'manual' });
  } catch {
    throw new Failure('offline');
  }
}
