import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryTexts, rewriteText } from './entry-texts.ts';

const json = fc.jsonValue({ maxDepth: 4 });

describe('the texts of a Bundle’s entries', () => {
  it('are those that a parser would find, whatever the values and the spacing', () => {
    const entry = fc.record({ fullUrl: fc.string(), before: json, resource: fc.option(json, { nil: undefined }), after: json });
    fc.assert(
      fc.property(fc.array(entry), json, fc.constantFrom(undefined, 1, '\t', 4), (entries, more, indent) => {
        const bundle = { resourceType: 'Bundle', other: more, entry: entries, last: { entry: [1] } };
        const texts = entryTexts(JSON.stringify(bundle, undefined, indent));
        const plain = JSON.parse(JSON.stringify(bundle)) as { entry: { resource?: unknown }[] };
        expect(texts.map((text) => (text === undefined ? undefined : (JSON.parse(text) as unknown)))).toEqual(plain.entry.map(({ resource }) => resource));
      }),
    );
  });

  it('keep every digit when references are rewritten', () => {
    const text = '{"resourceType":"Observation","subject":{"reference":"urn:uuid:1"},"valueQuantity":{"value":1.00},"component":[{"valueQuantity":{"value":1e2}},{"valueQuantity":{"value":7}}],"status":"final"}';
    expect(rewriteText(text, (reference) => (reference === 'urn:uuid:1' ? 'Patient/1' : undefined))).toBe(text.replace('urn:uuid:1', 'Patient/1'));
  });

  it('are left to the plain serialisation where no digit would be lost', () => {
    expect(rewriteText('{"resourceType":"Observation","valueQuantity":{"value":36.6}}', () => undefined)).toBeUndefined();
  });
});
