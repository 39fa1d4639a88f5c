import { describe, expect, it } from 'vitest';
import { encode, formatOf } from './format.ts';

describe('the format of an answer', () => {
  it.each([
    ['', undefined],
    ['', '*/*'],
    ['', 'text/html, application/fhir+json;q=0.5'],
    ['', 'application/json; charset=utf-8'],
    ['', 'application/fhir+json; fhirVersion=4.0'],
    ['', 'application/fhir+xml;q=0.1, application/fhir+json'],
    ['', 'application/fhir+json, application/fhir+xml'],
    ['_format=json', 'application/xml'],
    ['_format=application/fhir+json', undefined],
    ['_format=', undefined],
  ])('?%s with Accept: %s is JSON', (query, accept) => {
    expect(formatOf(query, accept).xml).toBe(false);
  });

  it.each([
    ['_format=xml', undefined],
    ['_format=text/xml', 'application/json'],
    ['name=a&_format=application%2Ffhir%2Bxml', '*/*'],
    ['', 'application/fhir+xml'],
    ['', 'application/xml; charset=utf-8'],
    ['', 'application/fhir+xml, application/fhir+json'],
    ['', 'application/fhir+json;q=0, */*'],
    ['', 'text/html,application/xml;q=0.9,*/*;q=0.8'],
  ])('?%s with Accept: %s is XML', (query, accept) => {
    expect(formatOf(query, accept).xml).toBe(true);
  });

  it.each([
    ['_format=ttl', undefined],
    ['_format=text/turtle', '*/*'],
    ['', 'text/turtle, application/json;q=0'],
    ['', 'application/fhir+json; fhirVersion=3.0'],
  ])('?%s with Accept: %s is refused', (query, accept) => {
    expect(() => formatOf(query, accept)).toThrow('rest.not-acceptable');
  });

  it('is what was sent where the caller has no wish', () => {
    expect([formatOf('', '*/*', true).xml, formatOf('', undefined, true).xml, formatOf('', 'application/json', true).xml]).toEqual([true, true, false]);
  });

  it('is written line by line for people, decimals as they were', () => {
    const body = '{"resourceType":"Observation","status":"final","valueQuantity":{"value":1.50}}';
    expect(encode(body, formatOf('_pretty=true', undefined))).toContain('\n  "valueQuantity": {\n    "value": 1.50\n');
    expect(encode(body, formatOf('_pretty=true&_format=xml', undefined))).toContain('\n  <valueQuantity>\n    <value value="1.50"/>\n');
  });
});
