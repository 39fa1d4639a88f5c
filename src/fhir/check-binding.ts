import type { Words } from './fault-words.ts';
import { model } from './model.ts';
import { shown, shownRu } from './primitive.ts';

/** What is wrong with a coded value; undefined where nothing. */
export type BindingCheck = (value: unknown) => Words | undefined;

interface Coding {
  system?: unknown;
  code?: unknown;
  extension?: unknown;
}

/** The check of a required binding (http://hl7.org/fhir/R4/terminologies.html#required) for an element of this type; undefined for types that carry no code. */
export function bindingCheck(type: string, valueSet: string, listed: Readonly<Record<string, readonly string[]>> = model().valueSets[valueSet] ?? {}): BindingCheck | undefined {
  const systems = new Map(Object.entries(listed).map(([system, codes]) => [system, new Set(codes)]));
  if (systems.size === 0) return undefined;
  const codes = new Set([...systems.values()].flatMap((some) => [...some]));
  const names = codes.size <= 12 ? `: ${[...codes].join(', ')}` : '';
  const wrong = (kind: 'code' | 'coding', value: unknown): Words => ({
    en: `has the ${kind} ${shown(value)}, which is not one of the codes that ${valueSet} requires${names}`,
    ru: `содержит код ${shownRu(value)}, которого нет в обязательном наборе ${valueSet}${names}`,
  });
  const within = ({ system, code }: Coding) => typeof code === 'string' && (systems.get(system as string)?.has(code) ?? false);
  const named = ({ system, code }: Coding) => `${typeof system === 'string' ? system : ''}|${typeof code === 'string' ? code : ''}`;
  switch (type) {
    case 'code':
    case 'string':
    case 'uri':
      return (value) => (codes.has(value as string) ? undefined : wrong('code', value));
    case 'Coding':
    case 'Quantity':
      return (value) => (within(value as Coding) || (value as Coding).code === undefined && (type === 'Quantity' || hasExtension(value)) ? undefined : wrong('coding', named(value as Coding)));
    case 'CodeableConcept':
      return (value) => {
        const { coding } = value as { coding?: unknown };
        if (!Array.isArray(coding) || coding.length === 0) {
          return hasExtension(value) ? undefined : { en: `has no coding, and one that ${valueSet} requires must be given${names}`, ru: `не имеет кода, а нужен один из набора ${valueSet}${names}` };
        }
        return coding.some((one) => typeof one === 'object' && one !== null && within(one as Coding)) ? undefined : wrong('coding', named((coding[0] ?? {}) as Coding));
      };
  }
  return undefined;
}

/** A code may be absent for a reason, which stands in an extension (data-absent-reason). */
function hasExtension(value: unknown): boolean {
  const { code, extension } = value as Coding;
  return code === undefined && Array.isArray(extension) && extension.length > 0;
}
