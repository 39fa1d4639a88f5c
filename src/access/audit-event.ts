import type { AuditEvent, AuditEventAgent, AuditEventEntity } from '@medplum/fhirtypes';

/** A row of the journal as it is read for its FHIR face. */
export interface AuditRow {
  seq: string;
  at: string;
  actor: string;
  role: string;
  purpose: string;
  action: string;
  patients: string[];
  types: string[];
  status: number;
}

const interactions = new Set(['read', 'vread', 'update', 'patch', 'delete', 'create', 'search', 'batch', 'transaction']);
const restful = 'http://hl7.org/fhir/restful-interaction';
const dicom = 'http://dicom.nema.org/resources/ontology/DCM';

/** The verb of a row: `read Observation`, `GET /api/patients/:id/card`, `sign-in`. */
function verbOf(action: string): string {
  return action.split(' ', 1)[0]!;
}

/** http://hl7.org/fhir/R4/valueset-audit-event-action.html */
export function actionCode(action: string): 'C' | 'R' | 'U' | 'D' | 'E' {
  const verb = verbOf(action);
  if (/^(read|vread|GET|HEAD)$/.test(verb) || verb.startsWith('_history')) return 'R';
  if (/^(search|search-compartment|_search|\$)/.test(verb)) return 'E';
  if (/^(create|POST)$/.test(verb)) return 'C';
  if (/^(update|patch|PUT|PATCH)$/.test(verb)) return 'U';
  return /^(delete|DELETE)$/.test(verb) ? 'D' : 'E';
}

/** http://hl7.org/fhir/R4/valueset-audit-event-outcome.html */
export function outcomeCode(status: number): '0' | '4' | '8' {
  return status < 400 ? '0' : status < 500 ? '4' : '8';
}

/** The kind of event: a FHIR interaction, a sign-in or -out, or a use of Karta's own screens. */
export function typeOf(action: string): { system: string; code: string; display: string } {
  if (action.startsWith('sign-')) return { system: dicom, code: '110114', display: 'User Authentication' };
  return { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest', display: 'RESTful Operation' };
}

export function subtypeOf(action: string): { system: string; code: string } | undefined {
  const verb = verbOf(action);
  if (verb === '_search' || verb === 'search-compartment') return { system: restful, code: 'search-type' };
  if (verb === '_history') return { system: restful, code: 'history' };
  if (verb.startsWith('$')) return { system: restful, code: 'operation' };
  if (!interactions.has(verb)) return undefined;
  return { system: restful, code: verb === 'search' ? 'search-type' : verb };
}

/**
 * A row of the journal as AuditEvent (http://hl7.org/fhir/R4/auditevent.html): who, when, why, whose data, which types. `only`: the patients
 * that the reader may learn of; a row may concern several.
 */
export function auditEventOf(row: AuditRow, only: ReadonlySet<string> | 'all'): AuditEvent {
  const at = new Date(row.at).toISOString();
  const app = / by app ([A-Za-z0-9\-.]{1,64})$/.exec(row.action)?.[1];
  const subtype = subtypeOf(row.action);
  const patients = row.patients.filter((patient) => only === 'all' || only.has(patient));
  const agents: AuditEventAgent[] = [
    { who: { reference: row.actor }, requestor: true, role: [{ coding: [{ system: 'urn:karta:role', code: row.role }] }] },
    ...(app ? [{ type: { coding: [{ system: dicom, code: '110150', display: 'Application' }] }, who: { reference: `Device/${app}` }, requestor: false }] : []),
  ];
  const entities: AuditEventEntity[] = [
    ...patients.map((patient): AuditEventEntity => ({
      what: { reference: `Patient/${patient}` },
      type: { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code: '1', display: 'Person' },
      role: { system: 'http://terminology.hl7.org/CodeSystem/object-role', code: '1', display: 'Patient' },
    })),
    ...row.types.map((type): AuditEventEntity => ({ type: { system: 'http://hl7.org/fhir/resource-types', code: type } })),
  ];
  return {
    resourceType: 'AuditEvent',
    id: `journal-${row.seq}`,
    meta: { versionId: '1', lastUpdated: at },
    type: typeOf(row.action),
    ...(subtype && { subtype: [subtype] }),
    action: actionCode(row.action),
    recorded: at,
    outcome: outcomeCode(row.status),
    purposeOfEvent: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: row.purpose }] }],
    agent: agents,
    source: { observer: { reference: 'Device/karta', display: 'Карта' }, type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4', display: 'Application Server' }] },
    ...(entities.length > 0 && { entity: entities }),
  };
}
