import { expect, test } from 'vitest';
import { readLiveMessage, touches } from './live-match.ts';

test('a change renews what is made of its type and patient, and nothing of a neighbour', () => {
  const change = { type: 'Observation', id: 'o1', patients: ['p1'] };
  expect(touches(change, '/patients/p1/values', { types: ['Observation'], patient: 'p1' })).toBe(true);
  expect(touches(change, '/patients/p2/values', { types: ['Observation'], patient: 'p2' })).toBe(false);
  expect(touches(change, '/board', { types: ['Observation', 'Encounter'] })).toBe(true);
  expect(touches(change, '/board', { types: ['Appointment'] })).toBe(false);
});

test('a read that says nothing of itself is renewed by the id in its address', () => {
  expect(touches({ type: 'DocumentReference', id: 'd1' }, '/documents/d1/view', {})).toBe(true);
  expect(touches({ type: 'DocumentReference', id: 'd1' }, '/documents/d12', {})).toBe(false);
});

test('what the stream says is read; what is not understood makes everything old', () => {
  expect(readLiveMessage('{"type":"Patient","id":"1","patient":"Patient/1"}')).toEqual([{ type: 'Patient', id: '1', patients: ['1'] }]);
  expect(readLiveMessage('[{"type":"A","id":"1"},{"type":"B","id":"2","patients":["3"]}]')).toHaveLength(2);
  expect(readLiveMessage('{"reload":true}')).toBeUndefined();
});
