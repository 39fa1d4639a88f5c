import { isObject, type Json } from './fhirpath/items.ts';
import { namesContainer, referredWithin } from './native-rules.ts';

/**
 * A rule of a large resource is broken somewhere below: these lead a person to the place. Asked only when the rule is broken; the rule itself
 * is the published one.
 */
export const faultPlaces: Readonly<Record<string, (value: Json) => string | undefined>> = {
  'dom-2': (value) => firstOf(value, 'contained', (one) => one.contained !== undefined),
  'dom-3': (value) => {
    const wanted = referredWithin(value);
    return firstOf(value, 'contained', (one) => !wanted.has(`#${String(one.id)}`) && !namesContainer(one));
  },
  'dom-4': (value) => below(firstOf(value, 'contained', ({ meta }) => isObject(meta) && (meta.versionId !== undefined || meta.lastUpdated !== undefined)), 'meta'),
  'dom-5': (value) => below(firstOf(value, 'contained', ({ meta }) => isObject(meta) && meta.security !== undefined), 'meta.security'),
  'bdl-1': () => 'total',
  'bdl-2': (value) => below(firstOf(value, 'entry', ({ search }) => search !== undefined), 'search'),
  'bdl-3': (value) => below(firstOf(value, 'entry', ({ request }) => (request !== undefined) !== ['batch', 'transaction', 'history'].includes(String(value.type))), 'request'),
  'bdl-4': (value) => below(firstOf(value, 'entry', ({ response }) => (response !== undefined) !== ['batch-response', 'transaction-response', 'history'].includes(String(value.type))), 'response'),
  'bdl-7': (value) => {
    const seen = new Set<string>();
    return below(firstOf(value, 'entry', ({ fullUrl, resource }) => {
      if (typeof fullUrl !== 'string') return false;
      const key = `${fullUrl} ${isObject(resource) && isObject(resource.meta) ? String(resource.meta.versionId) : ''}`;
      return seen.has(key) || !seen.add(key);
    }), 'fullUrl');
  },
  'bdl-8': () => 'fullUrl',
  'bdl-9': () => 'identifier',
  'bdl-10': () => 'timestamp',
  'bdl-11': () => 'entry[0].resource',
  'bdl-12': () => 'entry[0].resource',
};

function firstOf(value: Json, name: string, wrong: (item: Json) => boolean): string | undefined {
  const items = value[name];
  if (!Array.isArray(items)) return undefined;
  const at = items.findIndex((item) => isObject(item) && wrong(item));
  return at < 0 ? undefined : `${name}[${at}]`;
}

function below(place: string | undefined, name: string): string | undefined {
  return place === undefined ? undefined : `${place}.${name}`;
}
