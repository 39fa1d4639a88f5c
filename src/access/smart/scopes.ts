import { resourceTypes, searchParams } from '../../fhir/index.ts';
import { opensAct } from '../../store/index.ts';
import type { Access, AccessAct, AccessRule } from '../../store/types.ts';
import { directoryTypes } from '../policies.ts';

/**
 * SMART scopes as data (http://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html): what an app was allowed, made into
 * the same access rules that people have, and never more than the person behind it has.
 */
export interface ResourceScope {
  level: 'patient' | 'user' | 'system';
  type: string;
  acts: readonly AccessAct[];
  /** `category=a,b` of the scope's query part: each parameter with the values of which one must be met. */
  query: readonly { param: string; values: readonly string[] }[];
}

const letters: Readonly<Record<string, AccessAct>> = { c: 'create', r: 'read', u: 'update', d: 'delete', s: 'search' };
const wholeV1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Scopes of the launch and of the sign-in itself; none of them opens a resource. */
export const launchScopes = ['openid', 'fhirUser', 'profile', 'launch', 'launch/patient', 'offline_access', 'online_access'] as const;

/** A scope on resources, of SMART 2 (`patient/Observation.rs?category=laboratory`) or of SMART 1 (`system/*.read`); undefined where it is none that this server can keep. */
export function parseScope(text: string): ResourceScope | undefined {
  const match = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*|c?r?u?d?s?)(?:\?(.+))?$/.exec(text);
  if (!match || match[3] === '') return undefined;
  const [, level, type, given, query] = match;
  if (type !== '*' && !resourceTypes.includes(type!)) return undefined;
  const acts = [...(wholeV1[given!] ?? given!)].map((letter) => letters[letter]!);
  const terms = query === undefined ? [] : parseQuery(type!, query);
  return terms && { level: level as ResourceScope['level'], type: type!, acts, query: terms };
}

/** Only what a token of the row can decide: a scope that could not be kept in every statement is refused instead. */
function parseQuery(type: string, query: string): ResourceScope['query'] | undefined {
  if (type === '*') return undefined;
  const terms = [...new URLSearchParams(query)].map(([param, value]) => ({ param, values: value.split(',').filter((one) => one !== '') }));
  const params = searchParams(type);
  const kept = terms.every(({ param, values }) => {
    const kind = params.get(param)?.type;
    return values.length > 0 && (kind === 'token' || (kind === 'reference' && values.every((value) => /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(value))));
  });
  return kept && terms.length > 0 ? terms : undefined;
}

export function splitScope(scope: string | undefined | null): string[] {
  return [...new Set((scope ?? '').split(/\s+/).filter(Boolean))];
}

/** Whether one scope lies wholly within another that the client is registered with. */
function covers(have: string, asked: string): boolean {
  if (have === asked) return true;
  const [had, wanted] = [parseScope(have), parseScope(asked)];
  if (!had || !wanted || had.level !== wanted.level || (had.type !== '*' && had.type !== wanted.type)) return false;
  if (!wanted.acts.every((act) => had.acts.includes(act))) return false;
  // A narrower scope says everything that the wider one says, and may say more.
  return had.query.every((term) => wanted.query.some(({ param, values }) => param === term.param && values.every((value) => term.values.includes(value))));
}

/** What was asked for, as far as the client is registered for it and this server can keep it; all that it has where nothing was asked. */
export function grantedScopes(registered: string, asked: string | undefined | null): string[] {
  const own = splitScope(registered);
  const wanted = splitScope(asked);
  const known = (one: string): boolean => (launchScopes as readonly string[]).includes(one) || parseScope(one) !== undefined;
  return wanted.length === 0 ? own.filter(known) : wanted.filter((one) => known(one) && own.some((have) => covers(have, one)));
}

/** What belongs to no patient and that an app with a patient's scope may need to show names: doctors, clinics, medicines. */
const sharedTypes = [...directoryTypes, 'Medication', 'Substance'];

/** The rules of system scopes: a program of its own, with nobody behind it. */
export function systemRules(scope: string): AccessRule[] {
  return splitScope(scope).flatMap((text) => {
    const one = parseScope(text);
    return one?.level === 'system' ? [ruleOf(one, one.type === '*' ? 'all' : [one.type], 'all')] : [];
  });
}

/** The rules of a person's app before they are met with his own: `patient` is the launch context. */
function appRules(scope: string, patient: string | undefined): AccessRule[] {
  return splitScope(scope).flatMap((text): AccessRule[] => {
    const one = parseScope(text);
    if (!one || one.level === 'system') return [];
    const types = one.type === '*' ? ('all' as const) : [one.type];
    if (one.level === 'user') return [ruleOf(one, types, 'all')];
    if (patient === undefined) return [];
    const shared = sharedTypes.filter((type) => types === 'all' || types.includes(type));
    const reads = one.acts.filter((act) => seeing.includes(act));
    return [ruleOf(one, types, [patient]), ...(shared.length > 0 && reads.length > 0 ? [ruleOf({ ...one, acts: reads }, shared, 'all')] : [])];
  });
}

function ruleOf(scope: ResourceScope, types: AccessRule['types'], patients: AccessRule['patients']): AccessRule {
  const groups = scope.query.map(({ param, values }) => values.map((value) => `${param}=${value}`));
  return { types, patients, ...opened(scope.acts), ...(groups.length > 0 && { everyTokens: groups }) };
}

const allActs: readonly AccessAct[] = ['create', 'read', 'update', 'delete', 'search'];
const seeing: readonly AccessAct[] = ['read', 'search'];

/** The usual two, everything and reading only, as they are written everywhere else. */
function opened(acts: readonly AccessAct[]): Pick<AccessRule, 'write' | 'acts'> {
  if (acts.length === allActs.length) return { write: true };
  if (acts.length === 2 && seeing.every((act) => acts.includes(act))) return { write: false };
  return { acts, write: !acts.every((act) => seeing.includes(act)) };
}

/** Both at once: what the person may do himself and the app was allowed; undefined where nothing is left. */
function meet(own: AccessRule, app: AccessRule): AccessRule | undefined {
  const types = common(own.types, app.types);
  const patients = common(own.patients, app.patients);
  const acts = allActs.filter((act) => opensAct(own, act) && opensAct(app, act));
  if (types.length === 0 || patients.length === 0 || acts.length === 0) return undefined;
  const groups = [...(own.everyTokens ?? []), ...(app.everyTokens ?? [])];
  return {
    types, patients, ...opened(acts),
    ...(own.withoutLabels && { withoutLabels: own.withoutLabels }), ...(own.withTokens && { withTokens: own.withTokens }), ...(groups.length > 0 && { everyTokens: groups }),
  };
}

/** The lists of people stay the same objects where they are whole: the store keeps what it computed from them. */
function common(one: readonly string[] | 'all', other: readonly string[] | 'all'): readonly string[] | 'all' {
  if (one === 'all') return other;
  if (other === 'all') return one;
  const [few, many] = one.length < other.length ? [one, new Set(other)] : [other, new Set(one)];
  return few.filter((each) => many.has(each));
}

const narrowed = new WeakMap<Access, Map<string, Access>>();

/** What an app may do on behalf of a person: his own access met with its scopes. The same object for the same two, so that the store may keep what it compiled. */
export function narrowAccess(own: Access, scope: string, patient: string | undefined): Access {
  const key = `${patient ?? ''} ${scope}`;
  const known = narrowed.get(own) ?? new Map<string, Access>();
  narrowed.set(own, known);
  let access = known.get(key);
  if (!access) {
    const app = appRules(scope, patient);
    access = { name: `${own.name}-app`, rules: own.rules.flatMap((mine) => app.map((its) => meet(mine, its))).filter((rule) => rule !== undefined) };
    known.set(key, access);
  }
  return access;
}
