import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadFhir } from '../../fhir/index.ts';
import type { Access, AccessAct, AccessRule } from '../../store/types.ts';
import { grantedScopes, narrowAccess, parseScope, systemRules } from './scopes.ts';

beforeAll(() => loadFhir());

const acts: readonly AccessAct[] = ['create', 'read', 'update', 'delete', 'search'];
const types = ['Patient', 'Observation', 'Condition', 'Practitioner'];
const people = ['one', 'two', 'three'];

/** Whether the rules open an act on a resource, judged one by one as the standard says it. */
function opens(rules: readonly AccessRule[], act: AccessAct, type: string, patient: string | undefined): boolean {
  return rules.some(
    (rule) => (rule.acts ?? (rule.write ? acts : ['read', 'search'])).includes(act) && (rule.types === 'all' || rule.types.includes(type)) && (rule.patients === 'all' || (patient !== undefined && rule.patients.includes(patient))),
  );
}

const scope = fc.tuple(fc.constantFrom('patient', 'user', 'system'), fc.constantFrom('*', ...types), fc.subarray(['c', 'r', 'u', 'd', 's'], { minLength: 1 })).map(([level, type, letters]) => `${level}/${type}.${letters.join('')}`);
const rule: fc.Arbitrary<AccessRule> = fc.record({ types: fc.oneof(fc.constant('all' as const), fc.subarray(types)), patients: fc.oneof(fc.constant('all' as const), fc.subarray(people)), write: fc.boolean() });

describe('a scope', () => {
  it('is read as SMART 2 and as SMART 1 write it, and means the same', () => {
    expect(parseScope('patient/Observation.rs')).toEqual({ level: 'patient', type: 'Observation', acts: ['read', 'search'], query: [] });
    expect(parseScope('system/*.*')?.acts).toEqual(acts);
    expect(parseScope('system/*.read')?.acts).toEqual(['read', 'search']);
    expect(parseScope('user/Condition.write')?.acts).toEqual(['create', 'update', 'delete']);
    expect(parseScope('patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory')?.query).toEqual([{ param: 'category', values: ['http://terminology.hl7.org/CodeSystem/observation-category|laboratory'] }]);
  });

  it('that cannot be kept to the letter opens nothing', () => {
    for (const text of ['patient/Observation.', 'patient/Observation.sr', 'patient/Nothing.rs', 'patient/*.rs?category=x', 'patient/Observation.rs?date=gt2020', 'patient/Observation.rs?nothing=x', 'group/Patient.rs', 'patient/Observation.rs?category=']) {
      expect(parseScope(text), text).toBeUndefined();
      expect(systemRules(text)).toEqual([]);
    }
  });

  it('is given as far as the client is registered for it', () => {
    const registered = 'openid fhirUser launch/patient patient/*.rs user/Observation.cruds system/Patient.r patient/Condition.rs?category=a,b';
    expect(grantedScopes(registered, 'openid profile patient/Observation.rs patient/Observation.c user/Observation.c user/Patient.r system/*.r offline_access')).toEqual(['openid', 'patient/Observation.rs', 'user/Observation.c']);
    expect(grantedScopes('patient/Condition.rs?category=a,b', 'patient/Condition.rs patient/Condition.r?category=a patient/Condition.rs?category=a,c')).toEqual(['patient/Condition.r?category=a']);
    expect(grantedScopes('system/*.*', null)).toEqual(['system/*.*']);
    expect(grantedScopes('system/*.*', 'system/*.read system/Patient.rs user/*.rs')).toEqual(['system/*.read', 'system/Patient.rs']);
  });
});

describe('an app on behalf of a person', () => {
  it('may do exactly what both he and its scopes allow, and with a patient’s scope only for this patient', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), fc.array(scope, { maxLength: 4 }), fc.constantFrom(...people), fc.constantFrom(...acts), fc.constantFrom('Observation', 'Condition'), fc.constantFrom(...people), (rules, scopes, launched, act, type, patient) => {
        const own: Access = { name: 'doctor', rules };
        const app = narrowAccess(own, scopes.join(' '), launched);
        const asked = scopes.map((text) => parseScope(text)!).some((one) => one.level !== 'system' && (one.type === '*' || one.type === type) && one.acts.includes(act) && (one.level === 'user' || patient === launched));
        expect(opens(app.rules, act, type, patient)).toBe(asked && opens(rules, act, type, patient));
      }),
    );
  });

  it('reads names of doctors and clinics with a patient’s scope, and changes none', () => {
    const own: Access = { name: 'doctor', rules: [{ types: 'all', patients: 'all', write: true }] };
    const app = narrowAccess(own, 'patient/*.cruds', 'one');
    expect(opens(app.rules, 'read', 'Practitioner', undefined)).toBe(true);
    expect(opens(app.rules, 'update', 'Practitioner', undefined)).toBe(false);
    expect(opens(app.rules, 'read', 'Observation', undefined)).toBe(false);
  });

  it('keeps the labels that stand between the person and a resource, and adds its own criteria', () => {
    const own: Access = { name: 'patient', rules: [{ types: 'all', patients: ['one'], write: false, withoutLabels: ['urn:karta:label|delayed'], withTokens: ['author=Practitioner/1'] }] };
    expect(narrowAccess(own, 'patient/Observation.rs?category=laboratory', 'one').rules).toEqual([
      { types: ['Observation'], patients: ['one'], write: false, withoutLabels: ['urn:karta:label|delayed'], withTokens: ['author=Practitioner/1'], everyTokens: [['category=laboratory']] },
    ]);
    expect(narrowAccess(own, 'patient/Observation.rs', undefined).rules).toEqual([]);
  });
});
