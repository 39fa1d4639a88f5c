import { isSingle, standardParams } from '../fhir/index.ts';

const codeParams = ['code', 'vaccine-code', 'type', 'code-value', 'category'];
const dateParams = ['authoredon', 'authored-on', 'authored', 'onset-date', 'birthdate', 'whenhandedover', 'effective-time', 'effective', 'started', 'start', 'start-date', 'date', 'recorded', 'created', 'sent', 'collected', 'period', 'issued'];

export interface MainColumns {
  code: string | undefined;
  date: string | undefined;
  /** No resource has two of the main date, so that the columns hold it wherever there is one. */
  dateIsOne: boolean;
}

const known = new Map<string, MainColumns>();

/**
 * Which search parameters of a type stand in the row's own columns `code` and `date_lo`/`date_hi`: the ones that most searches of the type
 * drive on. Every other parameter lies in the tokens and the narrow tables.
 */
export function mainColumns(type: string): MainColumns {
  let columns = known.get(type);
  if (!columns) {
    // of the standard alone: what is defined later must not change where rows keep what
    const params = new Map((standardParams(type) ?? []).map((param) => [param.name, param]));
    const date = dateParams.find((name) => params.get(name)?.type === 'date');
    columns = { code: codeParams.find((name) => params.get(name)?.type === 'token'), date, dateIsOne: date !== undefined && isSingle(type, date) };
    known.set(type, columns);
  }
  return columns;
}

/**
 * Types whose `patient` or `subject` is one reference, so that it names the row's compartment. Where several patients may stand
 * (Appointment, Group, Provenance, Person) the reference token drives instead.
 */
const several = new Set(['Account', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Group', 'List', 'Person', 'Provenance', 'ResearchSubject', 'Schedule', 'Patient']);

export function isCompartmentParam(type: string, param: string): boolean {
  return !several.has(type) && (param === 'patient' || param === 'subject' || (param === 'beneficiary' && type === 'Coverage'));
}
