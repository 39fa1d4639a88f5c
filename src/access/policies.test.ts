import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceTypes } from '../fhir/index.ts';
import type { AccessRule } from '../store/types.ts';
import { roles, type Actor, type Role } from './context.ts';
import { clinicalTypes, delayedLabel, directoryTypes, paperCopy, policies, restrictedLabels } from './policies.ts';

const id = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const staff: Actor = { reference: 'Practitioner/p', role: 'doctor', practitionerRole: 'PractitionerRole/r', organization: 'Organization/o', name: 'Соколова А. В.' };
const records = fc.record({ care: fc.uniqueArray(id, { maxLength: 8 }), overseen: fc.uniqueArray(id, { maxLength: 8 }) });
const asRole = (role: Role, own: readonly string[] = []): Actor => (role === 'patient' ? { reference: `Patient/${own[0] ?? 'x'}`, role, patients: own, name: 'П.' } : { ...staff, role });

/** Whether the rules let a resource of this type, of this patient, without labels and marks, be read or written. */
function open(rules: readonly AccessRule[], type: string, patient: string | undefined, write: boolean): boolean {
  return rules.some(
    (rule) =>
      (!write || rule.write) && !rule.withTokens?.length && (rule.types === 'all' || rule.types.includes(type)) && (rule.patients === 'all' || (patient !== undefined && rule.patients.includes(patient))),
  );
}

const textTypes = clinicalTypes.filter((type) => !['Appointment', 'Consent', 'Coverage', 'RelatedPerson', 'Encounter', 'EpisodeOfCare'].includes(type));

describe('what each role may see', () => {
  it('opens no clinical text to the registry and the administrator, whatever relations there are', () => {
    fc.assert(
      fc.property(records, id, fc.constantFrom(...textTypes), fc.constantFrom<Role>('registrar', 'admin', 'auditor'), (known, patient, type, role) => {
        // of what was written an auditor sees by whom, and no word of it
        expect(open(policies[role](asRole(role), known), type, patient, false)).toBe(role === 'auditor' && type === 'Provenance');
      }),
    );
  });

  it('opens a record to clinical staff exactly where there is a relation', () => {
    fc.assert(
      fc.property(records, id, fc.constantFrom(...textTypes), fc.constantFrom<Role>('doctor', 'nurse', 'head'), (known, patient, type, role) => {
        const related = known.care.includes(patient) || (role === 'head' && known.overseen.includes(patient));
        expect(open(policies[role](asRole(role), known), type, patient, false)).toBe(related);
      }),
    );
  });

  it('lets nobody write a record that he may not read', () => {
    fc.assert(
      fc.property(records, id, fc.constantFrom(...clinicalTypes, ...directoryTypes, 'Patient', 'Binary'), fc.constantFrom(...roles), (known, patient, type, role) => {
        const rules = policies[role](asRole(role, [patient]), known);
        expect(open(rules, type, patient, true) && !open(rules, type, patient, false)).toBe(false);
      }),
    );
  });

  it('lets the chief doctor read but not write what he only oversees', () => {
    const rules = policies.head(asRole('head'), { care: [], overseen: ['a'] });
    expect(open(rules, 'Condition', 'a', false)).toBe(true);
    expect(open(rules, 'Condition', 'a', true)).toBe(false);
  });

  it('lets a nurse measure but not diagnose or prescribe', () => {
    const rules = policies.nurse(asRole('nurse'), { care: ['a'], overseen: [] });
    expect(open(rules, 'Observation', 'a', true)).toBe(true);
    for (const type of ['Condition', 'MedicationRequest', 'DocumentReference', 'Composition']) expect(open(rules, type, 'a', true)).toBe(false);
  });

  it('shows a patient his own and his children’s cards, never another’s, never what is delayed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 3 }), id, fc.constantFrom(...clinicalTypes, 'Patient'), (own, patient, type) => {
        const rules = policies.patient(asRole('patient', own), { care: [patient], overseen: [patient] });
        expect(open(rules, type, patient, false)).toBe(own.includes(patient));
        expect(rules.filter((rule) => rule.patients !== 'all' && !rule.withoutLabels?.includes(delayedLabel))).toEqual([]);
      }),
    );
  });

  it('keeps special confidentiality out of every rule over records, but for the own organisation’s', () => {
    for (const role of ['doctor', 'nurse', 'head'] as const) {
      const records = policies[role](asRole(role), { care: ['a'], overseen: ['b'] }).filter((rule) => rule.patients !== 'all');
      expect(records.filter((rule) => !rule.withTokens).map((rule) => rule.withoutLabels)).toEqual(records.filter((rule) => !rule.withTokens).map(() => restrictedLabels));
      expect(records.filter((rule) => rule.withTokens && !rule.withTokens.includes('custodian=Organization/o'))).toEqual([]);
    }
  });

  it('lets the registry keep scans of the patient’s paper and no other document', () => {
    const documents = policies.registrar(asRole('registrar'), { care: [], overseen: [] }).filter((rule) => rule.types.includes('DocumentReference'));
    expect(documents.map((rule) => rule.withTokens)).toEqual([[`category=${paperCopy.system}|${paperCopy.code}`]]);
  });

  it('opens to an auditor the journal, the origin of what was written and the directories, and lets him write nothing', () => {
    fc.assert(
      fc.property(records, id, fc.constantFrom(...resourceTypes), (known, patient, type) => {
        const rules = policies.auditor(asRole('auditor'), known);
        expect(open(rules, type, patient, false)).toBe(['AuditEvent', 'Provenance', ...directoryTypes].includes(type));
        expect(rules.filter(({ write, acts }) => write || acts)).toEqual([]);
      }),
    );
  });

  it('finds persons for staff, and no record behind them', () => {
    for (const role of ['doctor', 'nurse', 'head', 'registrar'] as const) {
      const rules = policies[role](asRole(role), { care: [], overseen: [] });
      expect(open(rules, 'Patient', 'anyone', false)).toBe(true);
      expect(open(rules, 'Observation', 'anyone', false)).toBe(false);
    }
  });
});
