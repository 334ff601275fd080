/* Pure rules over facts, the same as the server's (orgs/rules/inspection_facts.py). A fact is {uuid, key, value,
   supersedes, recorded_at, device}; of one key those count that no other fact of the key supersedes: its heads. */

/** JSON with sorted keys, so that equal values are equal texts. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value && typeof value === 'object') {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** A spelling in which equal statements are equal: 4.5 and 4.50 points are, and two ends of a visit. */
export function comparable(key, value) {
  if (value === null) return '';
  if (key === 'finish') return 'finish';
  return canonical('points' in value ? { ...value, points: String(Number(value.points)) } : value);
}

/** Heads by key, in the order of their uuids. Facts that supersede each other in a ring all stay. */
export function headsOf(facts) {
  const groups = new Map();
  for (const fact of facts) {
    if (!groups.has(fact.key)) groups.set(fact.key, new Map());
    groups.get(fact.key).set(fact.uuid, fact);
  }
  const heads = new Map();
  for (const [key, group] of groups) {
    const gone = new Set([...group.values()].flatMap((fact) => fact.supersedes));
    const ordered = [...group.values()].sort((one, other) => (one.uuid < other.uuid ? -1 : 1));
    const standing = ordered.filter((fact) => !gone.has(fact.uuid));
    heads.set(key, standing.length ? standing : ordered);
  }
  return heads;
}

/** What the facts say together: heads, values by key (of a conflict the first), and the keys in conflict. */
export function merge(facts) {
  const heads = headsOf(facts);
  const values = new Map();
  const conflicts = [];
  for (const [key, list] of heads) {
    values.set(key, list[0].value);
    if (new Set(list.map((fact) => comparable(key, fact.value))).size > 1) conflicts.push(key);
  }
  return { heads, values, conflicts: conflicts.sort() };
}

/** A fact that takes the place of what counts now, or null when it would say the same again. */
export function successor(facts, key, value, at, uuid) {
  const list = headsOf(facts).get(key) || [];
  const same = list.length > 0 && list.every((fact) => !fact.refused && canonical(fact.value) === canonical(value));
  if (same || (!list.length && value === null)) return null;
  return { uuid, key, value, supersedes: list.map((fact) => fact.uuid), recorded_at: at };
}

/** The photos that stand, the oldest first: [{key, ...value}]. */
export function photosOf(merged) {
  return [...merged.values]
    .filter(([key, value]) => key.startsWith('photo:') && value)
    .map(([key, value]) => ({ key, ...value }))
    .sort((one, other) => (one.taken_at < other.taken_at ? -1 : 1));
}

/** Hashes of every photo and signature among the heads, also of those in conflict. */
export function picturesOf(merged) {
  const found = new Set();
  for (const [key, list] of merged.heads) {
    if (key !== 'signature' && !key.startsWith('photo:')) continue;
    for (const fact of list) if (fact.value && fact.value.sha256) found.add(fact.value.sha256);
  }
  return found;
}

export function isFinished(merged) { return (merged.heads.get('finish') || []).some((fact) => fact.value !== null); }

export function progress(visit, merged) {
  const done = visit.items.filter((code) => merged.values.get(code)).length;
  return { done, all: visit.items.length };
}

/** The points noted so far, in halves. */
export function pointsSoFar(visit, merged) {
  return visit.items.reduce((sum, code) => sum + Number((merged.values.get(code) || {}).points || 0), 0);
}

/** What is in the way of finishing: [{kind: 'item'|'conflict'|'fact'|'photo'|'signature', key}]. `refused` are hashes of
    pictures that the server refused; a refused fact says so itself. */
export function missing(visit, merged, refused) {
  const found = visit.items.filter((code) => !merged.values.get(code)).map((key) => ({ kind: 'item', key }));
  for (const key of merged.conflicts) if (key !== 'finish') found.push({ kind: 'conflict', key });
  for (const [key, list] of merged.heads) if (list.some((fact) => fact.refused)) found.push({ kind: 'fact', key });
  for (const photo of photosOf(merged)) if (refused.has(photo.sha256)) found.push({ kind: 'photo', key: photo.key });
  const signature = merged.values.get('signature');
  if (!signature || refused.has(signature.sha256)) found.push({ kind: 'signature', key: 'signature' });
  return found;
}

/** The value of the fact that ends a visit: it names every fact of it that the server did not refuse, so that none
    can arrive too late. */
export function finishValue(facts, at) {
  const named = facts.filter((fact) => fact.key !== 'finish' && !fact.refused).map((fact) => fact.uuid);
  return { facts: named.sort(), at };
}
