import { expect, test } from 'vitest';
import { mainColumns } from './main-columns.ts';

test.each([
  ['Patient', undefined, 'birthdate'],
  ['Condition', 'code', 'onset-date'],
  ['Immunization', 'vaccine-code', 'date'],
  ['Encounter', 'type', 'date'],
  ['MedicationRequest', 'code', 'authoredon'],
  ['ServiceRequest', 'code', 'authored'],
  ['DocumentReference', 'type', 'date'],
  ['Appointment', undefined, 'date'],
  ['Task', 'code', 'authored-on'],
])('searches of %s drive on its main code and main date', (type, code, date) => {
  expect(mainColumns(type)).toEqual({ code, date, dateIsOne: true });
});
